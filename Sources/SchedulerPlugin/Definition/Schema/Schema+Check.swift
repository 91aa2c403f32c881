extension Schema {
  /// Checks a value the way `Schema.__call__` does.
  func check(_ value: YAMLValue, at path: [SchemaFailure.Step] = []) throws(SchemaFailure) {
    switch self {
    case .anything: return
    case .string: try require(value.string != nil, "expected str", path)
    case .int: try require(value.isPythonInt, "expected int", path)
    case .bool:
      if case .bool = value { return }
      throw SchemaFailure("expected bool", path)
    case .dict: try require(value.mapping != nil, "expected dict", path)
    case .list: try require(value.sequence != nil, "expected list", path)
    case .literal(let text): try require(value == .string(text), "not a valid value", path)
    case .null: try require(value == .null, "not a valid value", path)
    case .any(let alternatives): try checkAny(alternatives, value, path)
    case .text(let minimum, let maximum):
      guard let text = value.string else { throw SchemaFailure("expected str", path) }
      let length = text.unicodeScalars.count
      try require(length >= minimum, "length of value must be at least \(minimum)", path)
      try require(length <= maximum ?? .max, "length of value must be at most \(maximum ?? .max)", path)
    case .name:
      guard let text = value.string else { throw SchemaFailure("expected string or buffer", path) }
      try require(text.isMatched { $0.isASCIIWord || $0 == 45 || $0 == 95 }, "Invalid character", path)
    case .sequence(let alternatives): try checkSequence(alternatives, value, path)
    case .mapping(let fields, let extra): try checkMapping(fields, extra, value, path)
    }
  }

  private func require(_ holds: Bool, _ message: String, _ path: [SchemaFailure.Step]) throws(SchemaFailure) {
    if !holds { throw SchemaFailure(message, path) }
  }

  private func checkAny(
    _ alternatives: [Schema], _ value: YAMLValue, _ path: [SchemaFailure.Step]
  ) throws(SchemaFailure) {
    var deepest: SchemaFailure?
    for alternative in alternatives {
      do {
        return try alternative.check(value, at: path)
      } catch  where deepest.map({ error.depth > $0.depth }) ?? true {
        deepest = error
      } catch {}
    }
    throw deepest ?? SchemaFailure("no valid value found", path)
  }

  private func checkSequence(
    _ alternatives: [Schema], _ value: YAMLValue, _ path: [SchemaFailure.Step]
  ) throws(SchemaFailure) {
    guard let items = value.sequence else { throw SchemaFailure("expected a list", path) }
    var problems: [SchemaFailure.Problem] = []
    for (place, item) in items.enumerated() {
      let itemPath = path + [.index(place)]
      var failure: SchemaFailure?
      for alternative in alternatives {
        do {
          try alternative.check(item, at: itemPath)
          failure = nil
          break
        } catch {
          // An error inside the item means that the alternative was the right one.
          if error.depth > itemPath.count { throw error }
          failure = error
        }
      }
      if let failure { problems += failure.problems }
    }
    if !problems.isEmpty { throw SchemaFailure(problems) }
  }
}
