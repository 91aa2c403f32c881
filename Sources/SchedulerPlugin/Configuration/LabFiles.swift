public import BoardInventory

/// What people check in: device types, templates and rules, as last read. Immutable; a reload makes a new one.
public struct LabFiles: Sendable {
  /// What device types can run.
  public let catalogue: DeviceCatalogue
  /// Job templates.
  public let templates: TemplateLibrary
  /// Compiled and declared rules, names unique.
  public let rules: [any Rule]
  /// What is wrong with the files now; the last good form of each is in use meanwhile.
  public let mistakes: [FileMistake]
  /// Producers' sources, defaults and tables.
  public internal(set) var producers = ProducerFiles()

  /// Whether a rule was read from a file.
  public var hasDeclaredRules: Bool { rules.contains { $0 is DeclaredRule } }
}
