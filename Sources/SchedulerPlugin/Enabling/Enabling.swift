internal import BoardInventory
public import Logging
public import PostgresClient

/// Puts Boardcast into LAVA's database: tables, triggers, and a role of its own with the rights it needs. Does what is
/// missing and nothing else, so it may be run at any time.
public struct Enabling: Sendable {
  private let connection: PostgresConnection
  private let work: PostgresConfiguration
  private let migrations: Migrations
  private let role: OwnRole?
  private let superuser: PostgresConfiguration?
  private let log: EnablingLog
  private let logger: Logger

  /// - Parameters:
  ///   - connection: as the owner of LAVA's tables, which is LAVA's own role.
  ///   - work: how that connection was made.
  ///   - role: the role to make; nil leaves Boardcast to LAVA's role.
  ///   - superuser: who makes the role; nil finds a way.
  public init(
    _ connection: PostgresConnection, work: PostgresConfiguration, migrations: Migrations, role: OwnRole?,
    superuser: PostgresConfiguration? = nil, log: EnablingLog, logger: Logger
  ) {
    self.connection = connection
    self.work = work
    self.migrations = migrations
    self.role = role
    self.superuser = superuser
    self.log = log
    self.logger = logger
  }

  /// Does it, or says what would be done.
  ///
  /// Throws `NotALAVADatabase`, `TriggerRightLacking`, `EnablingRefused` or `PostgresError`; what was done before stays.
  public func run() async throws {
    try await requirements()
    try await tables()
    try await triggers()
    if let role {
      try await make(role)
      // Noted before the grants, so that a purge finds whatever was begun here.
      try await note()
      try await grant(role.name)
    } else {
      try await note()
    }
  }

  private func requirements() async throws {
    guard connection.serverVersion >= 130_000 else {
      throw EnablingRefused("this is PostgreSQL \(connection.serverVersion / 10_000); Boardcast needs 13 or later")
    }
    let situation = try await connection.withSession { session in
      let missing = try LAVATables.read(session).missing
      guard missing.isEmpty else { throw NotALAVADatabase(missing: missing) }
      return try WritingObstacle.find(session, nil)
    }
    if let situation, [.recovering, .readOnly].contains(situation) { throw situation }
    try await TriggerRightLacking.check(connection)
  }

  private func tables() async throws {
    let pending = try await connection.withSession { try migrations.pending($0) }
    if log.isDryRun {
      if pending.count == migrations.files.count { log.would("make the schema", ["CREATE SCHEMA boardcast"]) }
      for file in migrations.files where pending.contains(file.name) { log.would("apply \(file.name)", [file.sql]) }
    } else {
      for name in try await migrations.apply(on: connection) { log.did("applied \(name)") }
    }
  }

  private func triggers() async throws {
    guard try await isThere() else { return }
    let missing = try await connection.withSession { try InventoryTriggers.missing($0) + PoolTriggers.missing($0) }
    let removed = try await connection.withSession {
      try $0.query(EnablingSQL.removedTriggers).map { SQL(unchecked: try $0.string("definition")) }
    }
    if log.isDryRun {
      if !removed.isEmpty { log.would("put back the triggers that 'disable' took away", removed) }
      let others = missing.count - removed.count
      if others > 0 {
        log.would(
          "put back \(others) triggers on LAVA's tables", [InventoryTriggers.restoring, PoolTriggers.restoring])
      }
      return
    }
    try await connection.withTransaction { session in
      try session.script(EnablingSQL.putTriggersBack)
      try InventoryTriggers.restore(session)
      try PoolTriggers.restore(session)
    }
    if missing.count > 4 { return log.did("put back \(missing.count) triggers on LAVA's tables") }
    for trigger in missing { log.did("put back the trigger \(trigger)") }
  }

  /// Whether our tables are there: in a dry run they may not be.
  private func isThere() async throws -> Bool {
    try await connection.withSession {
      try $0.query("SELECT to_regclass('boardcast.enabling') IS NOT NULL AS there").only { try $0.bool("there") }
    }
  }

  private func make(_ role: OwnRole) async throws {
    let situation = try await connection.withSession { try OwnRole.Situation.read(role.name, $0) }
    guard situation != .mighty else {
      throw EnablingRefused(
        "the role \(role.name) is there and may more than Boardcast's role should; name another with --role")
    }
    if situation == .present, try await worksAlready(role) { return }
    if log.isDryRun {
      log.would(
        "\(situation == .absent ? "make" : "give a new password to") the role \(role.name), as superuser; its "
          + "connection string goes into \(role.file.path)",
        [try OwnRole.making(role.name, situation, verifier: "***")])
      return
    }
    let way = try await Superuser.find(given: superuser, work: work, on: connection)
    var random = SystemRandomNumberGenerator()
    let password = LAVASecret.make(using: &random)
    let verifier = try await connection.withSession { try $0.verifier(ofPassword: password, role: role.name) }
    do {
      try await way.run(OwnRole.making(role.name, situation, verifier: verifier), logger: logger)
    } catch {
      throw EnablingRefused(
        "the tables and triggers are in place, but the role \(role.name) cannot be made: \(error); or let everything "
          + "run with LAVA's role: boardcast enable --as-lava")
    }
    var parameters = work.parameters
    parameters["user"] = role.name
    parameters["password"] = password
    parameters["application_name"] = nil
    try role.file.write(parameters)
    log.did("\(situation == .absent ? "made" : "gave a new password to") the role \(role.name)")
    log.did("wrote its connection string to \(role.file.path)")
    try await expectLogin(role)
  }

  /// Whether the file names the role and PostgreSQL lets it in.
  private func worksAlready(_ role: OwnRole) async throws -> Bool {
    guard let kept = try role.file.configuration(), kept.parameters["user"] == role.name,
      kept.parameters["dbname"] == work.parameters["dbname"]
    else { return false }
    do {
      try await PostgresConnection.connect(kept, logger: logger).close()
      return true
    } catch let error as PostgresError where error.code == .authenticationFailed {
      return false
    }
  }

  private func expectLogin(_ role: OwnRole) async throws {
    do {
      guard let kept = try role.file.configuration() else { return }
      try await PostgresConnection.connect(kept, logger: logger).close()
    } catch {
      throw EnablingRefused("the role \(role.name) is made, but cannot log in: \(error); see pg_hba.conf")
    }
  }

  private func grant(_ role: String) async throws {
    let lacking = try await connection.withSession { try LAVARights.lacking(role, $0) }
    let grants = try LAVARights.grants(lacking, to: role)
    let lacksOurs = try await isThere() ? connection.withSession { try Self.lacksOurs(role, $0) } : true
    let ours = lacksOurs ? RightsSQL.grantOurs(to: try .identifier(role)) : []
    guard !(grants + ours).isEmpty else { return }
    if log.isDryRun { return log.would("grant \(role) what it needs and no more", grants + ours) }
    try await connection.withTransaction { session in
      for statement in grants + ours { try session.script(statement) }
    }
    log.did("granted \(role) \(lacking.count) rights on LAVA's tables\(lacksOurs ? ", and Boardcast's own" : "")")
  }

  private static func lacksOurs(_ role: String, _ session: borrowing PostgresSession) throws -> Bool {
    try session.query(RightsSQL.lacksOurs, [.text(role)]).only { try $0.bool("lacks") }
  }

  /// Notes that Boardcast works here, and as whom.
  private func note() async throws {
    if log.isDryRun {
      var isNews = true
      if try await isThere() { isNews = try await connection.withSession { try self.isNews($0) } }
      if isNews {
        log.would("note that Boardcast works here", [EnablingSQL.note])
      }
      return
    }
    let name = role?.name
    let changed = try await connection.withTransaction {
      let wasOff = try $0.query(EnablingSQL.isOff).only { try $0.bool("is_off") }
      _ = try $0.execute(EnablingSQL.note, [PostgresValue(name)])
      return wasOff
    }
    if changed { log.did("switched on what 'disable' had switched off") }
  }

  private func isNews(_ session: borrowing PostgresSession) throws -> Bool {
    try session.query(EnablingSQL.isNews, [PostgresValue(role?.name)]).only { try $0.bool("is_news") }
  }
}

/// Boardcast cannot be enabled, or disabled, like this.
public struct EnablingRefused: Error, Hashable, Sendable, CustomStringConvertible {
  /// One line with the mend.
  public let description: String

  init(_ description: String) { self.description = description }
}
