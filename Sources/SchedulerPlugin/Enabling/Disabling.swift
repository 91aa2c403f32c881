internal import BoardInventory
public import Logging
public import PostgresClient

/// Takes Boardcast out of LAVA's database: triggers and grants, and with `purge` everything it ever made there.
public struct Disabling: Sendable {
  private let connection: PostgresConnection
  private let work: PostgresConfiguration
  private let role: OwnRole
  private let superuser: PostgresConfiguration?
  private let log: EnablingLog
  private let logger: Logger

  /// - Parameters:
  ///   - connection: as the owner of LAVA's tables, which is LAVA's own role.
  ///   - work: how that connection was made.
  ///   - role: the role whose file is removed by a purge; the role itself is the one that `enable` noted, or this.
  ///   - superuser: who drops the role; nil finds a way.
  public init(
    _ connection: PostgresConnection, work: PostgresConfiguration, role: OwnRole,
    superuser: PostgresConfiguration? = nil, log: EnablingLog, logger: Logger
  ) {
    self.connection = connection
    self.work = work
    self.role = role
    self.superuser = superuser
    self.log = log
    self.logger = logger
  }

  /// Does it, or says what would be done. What was queued in LAVA stays LAVA's.
  ///
  /// Throws `EnablingRefused` while a `serve` writes and for what a purge could not do, or `PostgresError`.
  public func run(purge: Bool) async throws {
    let isThere = try await connection.withSession {
      try $0.query("SELECT to_regclass('boardcast.migration') IS NOT NULL AS there").only { try $0.bool("there") }
    }
    guard isThere else { return }
    let isSwitchable = try await connection.withSession {
      try $0.query("SELECT to_regclass('boardcast.enabling') IS NOT NULL AS there").only { try $0.bool("there") }
    }
    guard isSwitchable || purge else {
      throw EnablingRefused("these are an older Boardcast's tables; run 'boardcast enable' first, or add --purge")
    }
    let noted =
      isSwitchable
      ? try await connection.withSession {
        try $0.query(EnablingSQL.role).first { try $0.optionalString("role") } ?? nil
      }
      : nil
    if log.isDryRun { return try await tell(purge: purge, role: noted, isSwitchable: isSwitchable) }
    try await expectNoWriter()
    let revoking = try noted.map { try RightsSQL.revoke(from: $0) }
    let (triggers, granted, wasOn) = try await connection.withTransaction { session in
      guard try session.query(EnablingSQL.takeWriterLock).only({ try $0.bool("taken") }) else {
        throw EnablingRefused("a 'boardcast serve' has just begun to write; stop it first")
      }
      let triggers = try session.query(EnablingSQL.ourTriggers).map { try $0.string("trigger") }
      let granted = try noted.map { try session.query(RightsSQL.granted, [.text($0)]).rowCount } ?? 0
      if let revoking { try session.script(revoking) }
      guard !purge else {
        let tags = try removeTags(session)
        try session.script(EnablingSQL.dropSchema)
        for line in tags { log.left(line) }
        return (triggers, granted, true)
      }
      try session.script(EnablingSQL.removeTriggers)
      return (triggers, granted, try session.execute(EnablingSQL.switchOff) > 0)
    }
    if wasOn, !purge { log.did("switched Boardcast off in this database") }
    if !triggers.isEmpty { log.did("took away \(triggers.count) triggers on LAVA's tables") }
    if granted > 0, let noted { log.did("took the rights on \(granted) of LAVA's tables and sequences from \(noted)") }
    guard purge else { return }
    log.did("dropped the schema boardcast with all its history")
    try await dropRole(noted)
  }

  private func expectNoWriter() async throws {
    let writers = try await connection.withSession { try $0.query(EnablingSQL.writers).map { try $0.int("pid") } }
    guard let pid = writers.first else { return }
    throw EnablingRefused(
      "a 'boardcast serve' writes (PostgreSQL's process \(pid)); stop it first, then disable again")
  }

  /// Our tags go, but for those that LAVA's own rows need.
  private func removeTags(_ session: borrowing PostgresSession) throws -> [String] {
    let tags = try session.query(EnablingSQL.tags).map {
      (
        id: Int64(try $0.int("id")), name: try $0.string("name"), isNeeded: try $0.bool("is_needed"),
        isNamed: try $0.bool("is_named")
      )
    }
    let idle = tags.filter { !$0.isNeeded }
    let free = idle.filter { !$0.isNamed }
    if !idle.isEmpty { _ = try session.execute(EnablingSQL.detachTags, [.int8Array(idle.map(\.id))]) }
    if !free.isEmpty { _ = try session.execute(EnablingSQL.removeTags, [.int8Array(free.map(\.id))]) }
    var words: [String] = []
    if !free.isEmpty { words.append("removed \(free.count) tags that named one board") }
    let named = idle.filter(\.isNamed).map(\.name)
    if !named.isEmpty {
      words.append(
        "took \(named.count) tags off their boards and left the tags, because finished jobs name them: "
          + Self.some(named))
    }
    let needed = tags.filter(\.isNeeded).map(\.name)
    if !needed.isEmpty {
      words.append(
        "left \(needed.count) tags on their boards, because jobs in LAVA's queue need them: \(Self.some(needed)); "
          + "take them off with 'lava-server manage device-tags remove' when the jobs are over")
    }
    return words
  }

  private static func some(_ names: [String]) -> String {
    names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " ..." : "")
  }

  private func dropRole(_ noted: String?) async throws {
    if role.file.exists, try role.file.configuration()?.parameters["dbname"] == work.parameters["dbname"],
      role.file.remove()
    {
      log.did("removed \(role.file.path)")
    }
    guard let noted, try await connection.withSession({ try OwnRole.Situation.read(noted, $0) }) == .present else {
      return
    }
    let way = try await Superuser.find(given: superuser, work: work, on: connection)
    do {
      try await way.run("DROP ROLE " + .identifier(noted), logger: logger)
      log.did("dropped the role \(noted)")
    } catch {
      throw EnablingRefused(
        "everything of Boardcast's is gone but the role \(noted): \(error); as PostgreSQL's superuser say DROP ROLE \(noted)"
      )
    }
  }

  private func tell(purge: Bool, role noted: String?, isSwitchable: Bool) async throws {
    if let noted { log.would("take the rights on LAVA's tables from \(noted)", [try RightsSQL.revoke(from: noted)]) }
    guard purge else {
      let triggers = try await connection.withSession { try $0.query(EnablingSQL.ourTriggers).rowCount }
      return log.would(
        "take away \(triggers) triggers on LAVA's tables and switch off",
        [EnablingSQL.removeTriggers, EnablingSQL.switchOff])
    }
    let open = try await connection.withSession {
      try $0.query(EnablingSQL.open).only { (events: try $0.int("events"), waiting: try $0.int("waiting")) }
    }
    log.would("remove our tags where no job names them", [EnablingSQL.detachTags, EnablingSQL.removeTags])
    log.would(
      "drop the schema with \(open.events) events, and \(open.waiting) assignments that wait", [EnablingSQL.dropSchema])
    if let noted { log.would("as superuser", [try "DROP ROLE " + .identifier(noted)]) }
  }
}
