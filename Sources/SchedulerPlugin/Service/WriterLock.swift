import PostgresClient

/// The advisory lock that makes one process the writer. Held by a session until it ends, however it ends.
enum WriterLock {
  /// Takes the lock, or finds that this connection has it already; false when another connection does.
  static func take(_ connection: PostgresConnection) async throws -> Bool {
    try await connection.withSession { session in
      let held = try session.query(mine).only { try $0.bool("held") }
      if held { return true }
      return try session.query(tryLock).only { try $0.bool("taken") }
    }
  }

  /// Two numbers make the key, so that a stranger's single-number lock cannot collide: "bdct" and 1.
  private static let tryLock: SQL = "SELECT pg_try_advisory_lock(1650746228, 1) AS taken"

  private static let mine: SQL = """
    SELECT EXISTS (SELECT FROM pg_catalog.pg_locks
                    WHERE locktype = 'advisory' AND classid = 1650746228 AND objid = 1 AND objsubid = 2
                      AND pid = pg_backend_pid() AND granted) AS held
    """
}
