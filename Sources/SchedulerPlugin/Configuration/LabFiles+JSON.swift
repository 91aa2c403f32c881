public import BuildEvents
internal import BoardInventory

extension LabFiles {
  /// The rules in force and what is wrong with files, for machines. Keys are only ever added.
  public var rulesJSON: JSONValue {
    [
      "rules": .array(
        rules.sorted { $0.name < $1.name }.map { rule in
          .object([
            "name": .string(rule.name), "summary": .string(rule.summary),
            "file": (rule as? DeclaredRule).map { .string($0.file) } ?? .null,
          ])
        }),
      "mistakes": .array(mistakes.map { .string($0.description) }),
    ]
  }
}
