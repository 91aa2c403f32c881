import BuildEvents
import Stencil

/// The filters templates have beside Stencil's own.
enum TemplateFilters {
  /// - Parameter budget: charged with what `yaml` puts out.
  static func register(in filters: Extension, _ budget: RenderBudget) {
    filters.registerFilter("yaml") { (value: Any?) in
      guard let value else { throw TemplateSyntaxError("it has no value") }
      let text = try json(value).canonical
      try budget.charge(text.utf8.count)
      return text
    }
    filters.registerFilter("append") { (value: Any?, arguments: [Any?]) in
      guard let value else { throw TemplateSyntaxError("it has no value") }
      guard arguments.count == 1, let tail = arguments[0] else { throw TemplateSyntaxError("append wants one value") }
      let text = "\(value)\(tail)"
      try budget.charge(text.utf8.count)
      return text
    }
    filters.registerFilter("shorten") { (value: Any?, arguments: [Any?]) in
      guard let value else { throw TemplateSyntaxError("it has no value") }
      guard let limit = arguments.first as? Int, limit > 0 else { throw TemplateSyntaxError("shorten wants a length") }
      return String("\(value)".prefix(limit))
    }
    filters.registerFilter("with") { (value: Any?, arguments: [Any?]) in
      guard var mapping = value as? [String: Any] else { throw TemplateSyntaxError("it is no mapping") }
      guard arguments.count == 2, let key = arguments[0] as? String else {
        throw TemplateSyntaxError("with wants a key and a value")
      }
      if let value = arguments[1] { mapping[key] = value }
      return mapping
    }
    filters.registerFilter("without") { (value: Any?, arguments: [Any?]) in
      guard var mapping = value as? [String: Any] else { throw TemplateSyntaxError("it is no mapping") }
      guard arguments.count == 1, let key = arguments[0] as? String else {
        throw TemplateSyntaxError("without wants a key")
      }
      mapping[key] = nil
      return mapping
    }
  }

  /// JSON is YAML: a quoted string stays a string whatever a build system wrote into it.
  static func json(_ value: Any) throws -> JSONValue {
    switch value {
    case let value as Bool: return .bool(value)
    case let value as Int: return .int(Int64(value))
    case let value as String: return .string(value)
    case let value as [String: String]: return .object(value.mapValues(JSONValue.string))
    case let value as TemplateObject: return .object(try value.members.mapValues(json))
    case let value as [String: Any]: return .object(try value.mapValues(json))
    case let value as [Any]: return .array(try value.map(json))
    default: throw TemplateSyntaxError("it is neither text, number, list nor mapping")
    }
  }
}
