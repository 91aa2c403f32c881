import BuildEvents
import Stencil

/// The filters templates have beside Stencil's own.
enum TemplateFilters {
  static var all: Extension {
    let filters = Extension()
    filters.registerFilter("yaml") { (value: Any?) in
      guard let value else { throw TemplateSyntaxError("it has no value") }
      return try json(value).canonical
    }
    filters.registerFilter("append") { (value: Any?, arguments: [Any?]) in
      guard let value else { throw TemplateSyntaxError("it has no value") }
      guard arguments.count == 1, let tail = arguments[0] else { throw TemplateSyntaxError("append wants one value") }
      return "\(value)\(tail)"
    }
    filters.registerFilter("shorten") { (value: Any?, arguments: [Any?]) in
      guard let value else { throw TemplateSyntaxError("it has no value") }
      guard let limit = arguments.first as? Int, limit > 0 else { throw TemplateSyntaxError("shorten wants a length") }
      return String("\(value)".prefix(limit))
    }
    return filters
  }

  /// JSON is YAML: a quoted string stays a string whatever a build system wrote into it.
  private static func json(_ value: Any) throws -> JSONValue {
    switch value {
    case let value as Bool: return .bool(value)
    case let value as Int: return .int(Int64(value))
    case let value as String: return .string(value)
    case let value as [String: String]: return .object(value.mapValues(JSONValue.string))
    case let value as [String: Any]: return .object(try value.mapValues(json))
    case let value as [Any]: return .array(try value.map(json))
    default: throw TemplateSyntaxError("it is neither text, number, list nor mapping")
    }
  }
}
