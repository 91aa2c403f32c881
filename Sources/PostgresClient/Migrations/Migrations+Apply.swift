internal import CLibPQ

extension Migrations {
  /// The key of the advisory lock that all boardcasts take while they look at migrations: "boardcas" in ASCII. Advisory
  /// locks are per database.
  static let lockKey: Int64 = 0x626F_6172_6463_6173

  /// Applies what is not yet applied, in order. Several at once are fine: they take turns under an advisory lock.
  ///
  /// The lock is taken anew, and the record checked anew, for each migration. `statement_timeout` is off meanwhile;
  /// `lock_timeout` stays, so that a migration does not make LAVA wait behind it.
  ///
  /// - Returns: the names of the files that this call applied; none if all were.
  /// - Throws: ``PostgresError`` with code `.migration` if an applied migration was changed, renamed or is missing, or the
  ///   database is newer than we are; else the failure of a migration, with its name. What was applied before stays.
  public func apply(on connection: PostgresConnection) async throws -> [String] {
    var applied: [String] = []
    while true {
      let name = try await connection.withTransaction { session in try applyNext(session) }
      guard let name else { return applied }
      applied.append(name)
    }
  }

  /// Applies the first migration that is missing. Nil if none is.
  private func applyNext(_ session: borrowing PostgresSession) throws -> String? {
    try session.script("set local statement_timeout = 0")
    try session.execute("select pg_advisory_xact_lock($1)", .int8(Self.lockKey))
    try Self.createRecord(session)
    let applied = try Self.applied(session)
    try check(applied)
    guard files.indices.contains(applied.count) else { return nil }
    let file = files[applied.count]
    do {
      try session.script(file.sql)
    } catch {
      throw Self.failure(of: file, error)
    }
    guard session.link.transactionStatus == PQTRANS_INTRANS else {
      throw PostgresError(.migration, "migration \(file.name) ends the transaction it runs in; remove BEGIN and COMMIT")
    }
    try session.execute(
      "insert into boardcast.migration (version, name, checksum) values ($1, $2, $3)",
      .int4(Int32(file.version)), .text(file.name), .text(file.checksum))
    return file.name
  }

  private static func failure(of file: File, _ error: PostgresError) -> PostgresError {
    error.with { fields in
      fields.message = "migration \(file.name) failed, nothing of it is kept: \(fields.message)"
      if fields.code == .server { fields.code = .migration }
    }
  }

  /// Makes schema and table, if they are missing. Looks first, because CREATE IF NOT EXISTS wants the right to create
  /// even where there is nothing to do.
  private static func createRecord(_ session: borrowing PostgresSession) throws {
    if try hasRecord(session) { return }
    if try session.query("select 1 from pg_namespace where nspname = 'boardcast'").rowCount == 0 {
      try session.script("create schema boardcast")
    }
    try session.script(
      """
      create table boardcast.migration (
        version integer primary key,
        name text not null,
        checksum text not null,
        applied_at timestamptz not null default now()
      )
      """)
  }

  /// Asks the tables of the catalogue. `to_regclass` answers from what the session remembers, also within a transaction
  /// that has waited for another one to make the record (PostgreSQL, inval.c: a session hears of changes when a
  /// transaction begins or a relation is locked, and an advisory lock is none).
  static func hasRecord(_ session: borrowing PostgresSession) throws -> Bool {
    try session.query(
      """
      select exists (
        select from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'boardcast' and c.relname = 'migration')
      """
    ).only { row in try row.bool(0) }
  }
}
