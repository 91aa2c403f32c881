public import PostgresClient

/// Everything an apply must know before it does anything: LAVA's rows, our records, and the dictionaries on disk.
public struct RegistrationSurvey: Sendable {
  /// LAVA's rows and our records.
  public let facts: RegistrationFacts
  /// LAVA's tables as they are.
  public let tables: LAVATables
  /// The dictionaries on disk, by hostname.
  public let found: [String: DictionaryFolder.Found]

  /// Looks at everything that concerns some boards; nil names all.
  ///
  /// Throws `RegistrationSchema.Unfit`, `DictionaryFolder.Trouble`, or what PostgreSQL throws.
  public static func make(
    _ hostnames: [String]?, scope: String? = nil, folder: DictionaryFolder, on connection: PostgresConnection,
    progress: (Int, Int) -> Void = { _, _ in }
  ) async throws -> RegistrationSurvey {
    let (facts, tables) = try await connection.withTransaction(.repeatableRead, readOnly: true) { session in
      let tables = try LAVATables.read(session)
      try RegistrationSchema.check(tables)
      return (try RegistrationFacts.read(hostnames, scope: scope, session), tables)
    }
    var found: [String: DictionaryFolder.Found] = [:]
    let names = hostnames ?? facts.devices.keys.sorted()
    for (index, hostname) in names.enumerated() {
      progress(index, names.count)
      found[hostname] = try folder.read(hostname)
    }
    return RegistrationSurvey(facts: facts, tables: tables, found: found)
  }

  /// What LAVA would refuse or stumble over in these files; empty when they can be applied.
  public func mistakes(in files: BoardFiles, templates: LAVATemplates, createsWorkers: Bool) -> [FileMistake] {
    let check = BoardCheck(facts: facts, tables: tables, templates: templates, createsWorkers: createsWorkers)
    return files.boards.flatMap { check.mistakes(in: $0, found: found[$0.hostname]) }
  }
}
