internal import BoardInventory

extension EventCondition {
  /// Reads a rule's `when`. Throws `FileMistake` with file and line.
  static func list(_ yaml: FileMapping) throws(FileMistake) -> [EventCondition] {
    try yaml.refuseKeys(otherThan: EventField.named.map(\.name) + ["images", "properties"])
    var conditions: [EventCondition] = []
    for (name, field) in EventField.named {
      guard try yaml.isSaid(name) else { continue }
      conditions.append(.field(field, try FieldTest.list(yaml, name, field)))
    }
    if let roles = try yaml.strings("images") {
      guard !roles.isEmpty else { throw FieldTest.emptyList(yaml, "images") }
      conditions.append(.images(Set(roles)))
    }
    if let properties = try yaml.mapping("properties") {
      for key in properties.keys {
        guard try properties.isSaid(key) else { throw FieldTest.emptyList(properties, key) }
        conditions.append(.field(.property(key), try FieldTest.list(properties, key, .property(key))))
      }
    }
    guard !conditions.isEmpty else {
      throw FileMistake(
        file: yaml.file, line: yaml.line, message: "'when' is empty, so the rule would test every build there is",
        mend: "name at least an image_family, an arch, a source, images or properties")
    }
    return ordered(conditions)
  }
}

extension FileMapping {
  /// Whether a key has a value at all.
  fileprivate func isSaid(_ key: String) throws(FileMistake) -> Bool {
    if holdsMapping(key) { return true }
    return try strings(key) != nil
  }
}
