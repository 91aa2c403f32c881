internal import BoardInventory
internal import BuildEvents
internal import LAVAEvents
internal import Matcher
public import Logging
public import PostgresClient

/// Checks everything `serve` needs, and says for each thing what it found and how to mend it.
public struct Doctor: Sendable {
  /// One thing that was looked at.
  public struct Finding: Hashable, Sendable {
    /// What was looked at, in a word or two.
    public let subject: String
    /// How it stands.
    public let verdict: Verdict
    /// What was found, and how to mend it.
    public let detail: String
  }

  /// How a thing stands.
  public enum Verdict: String, Hashable, Sendable {
    case good
    /// Boardcast works, but somebody should look at it.
    case warning
    /// Boardcast does not work like this.
    case bad
  }

  /// Everything that was looked at, in the order in which one thing needs the other.
  public let findings: [Finding]

  /// Whether `serve` has all it needs.
  public var isHealthy: Bool { !findings.contains { $0.verdict == .bad } }

  /// Looks at everything; stops early where nothing further can be seen.
  public static func examine(
    _ location: DatabaseLocation, files: LabFiles, migrations: Migrations,
    dictionaries: DictionarySettings = DictionarySettings(),
    environment: [String: String] = [:], lava: LAVASettings = LAVASettings(), logger: Logger
  ) async -> Doctor {
    var findings = [
      Finding(subject: "database", verdict: .good, detail: "\(location.configuration) (from \(location.source))")
    ]
    do {
      let connection = try await PostgresConnection.connect(location.configuration, logger: logger)
      findings.append(server(connection.serverVersion))
      findings += await look(connection, migrations, dictionaries)
      await connection.close()
    } catch {
      findings.append(Finding(subject: "connection", verdict: .bad, detail: "\(error)"))
    }
    findings.append(Self.events(location, lava: lava, environment: environment))
    findings += jobs(location, lava: lava, environment: environment)
    return Doctor(findings: findings + checkedInFiles(files))
  }

  private static func server(_ version: Int) -> Finding {
    let words = "PostgreSQL \(version / 10_000)"
    return version >= 130_000
      ? Finding(subject: "server", verdict: .good, detail: words)
      : Finding(subject: "server", verdict: .bad, detail: "\(words); Boardcast needs 13 or later")
  }

  private static func look(
    _ connection: PostgresConnection, _ migrations: Migrations, _ settings: DictionarySettings
  ) async -> [Finding] {
    var findings: [Finding] = []
    do {
      let tables = try await connection.withSession { try LAVATables.read($0) }
      let schema = try QueueSchema(tables)
      let generation =
        tables.has("requested_device_id", in: "lava_scheduler_app_testjob") ? "2026.07 or later" : "2023.01 or like it"
      findings.append(
        Finding(
          subject: "LAVA", verdict: .good,
          detail: "its tables are those of \(generation); \(schema.columns.count) job columns"))
    } catch {
      findings.append(Finding(subject: "LAVA", verdict: .bad, detail: "\(error)"))
      return findings
    }
    do {
      if let why = try await writing(connection) {
        findings.append(why.finding)
        if why.endsHere { return findings }
      }
      findings += try await role(connection)
      findings.append(try await schema(connection, migrations))
      findings += try await triggers(connection)
      findings += try await pools(connection)
      findings += try await lab(connection)
      findings.append(try await dictionaries(connection, settings))
      findings += try await callbacks(connection)
    } catch {
      findings.append(Finding(subject: "schema", verdict: .bad, detail: "\(RightLacking(error) ?? error)"))
    }
    return findings
  }

  private static func schema(_ connection: PostgresConnection, _ migrations: Migrations) async throws -> Finding {
    let pending = try await migrations.status(on: connection).filter { $0.appliedAt == nil }.map(\.name)
    return pending.isEmpty
      ? Finding(subject: "schema", verdict: .good, detail: "all migrations are applied")
      : Finding(
        subject: "schema", verdict: .bad,
        detail: "not applied: \(pending.joined(separator: ", ")); run 'boardcast enable'")
  }

  /// By which LAVA's changes are heard of; without them every decision reads the lab afresh.
  private static func triggers(_ connection: PostgresConnection) async throws -> [Finding] {
    let (missing, forbidden) = try await connection.withSession { session in
      (try InventoryTriggers.missing(session), try InventoryTriggers.forbiddenTables(session))
    }
    guard let first = missing.first else {
      return [Finding(subject: "triggers", verdict: .good, detail: "LAVA's changes are heard of")]
    }
    let more = missing.count > 1 ? " and \(missing.count - 1) more" : ""
    let mend = forbidden.isEmpty ? "run 'boardcast enable'" : TriggerRightLacking(tables: forbidden).mend
    return [
      Finding(
        subject: "triggers", verdict: .warning,
        detail: "LAVA's changes are not heard of: the trigger \(first)\(more) is missing or off; \(mend)")
    ]
  }

  /// What LAVA before 2026.07 needs for many like jobs on many boards.
  private static func pools(_ connection: PostgresConnection) async throws -> [Finding] {
    let obstacles = try await connection.withSession { session in
      SubmissionRules(try LAVATables.read(session)) == .lava2023_01 ? try PoolTriggers.obstacles(session) : []
    }
    return obstacles.map {
      Finding(
        subject: "pools", verdict: .warning,
        detail: "jobs of many boards go by the boards' own tags, which costs LAVA's scheduler minutes: \($0)")
    }
  }

  private static func lab(_ connection: PostgresConnection) async throws -> [Finding] {
    let lab = try await connection.withTransaction(.repeatableRead, readOnly: true) {
      try LabSnapshot.read($0, catalogue: DeviceCatalogue([]))
    }
    let ready = lab.boards.filter { $0.board.availability.kind == .ready }.count
    return [
      Finding(
        subject: "boards", verdict: lab.boards.isEmpty ? .warning : .good,
        detail: "\(lab.boards.count) boards of \(lab.deviceTypes.count) device types, \(ready) ready now")
    ]
  }

  private static func checkedInFiles(_ files: LabFiles) -> [Finding] {
    let check = RuleCheck(files)
    guard !check.mistakes.isEmpty else {
      return [
        Finding(
          subject: "files", verdict: .good,
          detail: "\(files.rules.count) rules, \(files.templates.names.count) templates, "
            + "\(files.catalogue.entries.count) device types")
      ]
    }
    return check.mistakes.map { Finding(subject: "files", verdict: .warning, detail: "\($0)") }
  }
}
