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

  /// Ends the connection of a writer that has done nothing on it for so long: a stopped or cut-off process, which a
  /// writer that works is never taken for, because it asks for its lock every second. Whoever is ended loses nothing but
  /// the lock: what it had not committed never was.
  ///
  /// - Parameter watch: what was seen so far; one look tells nothing.
  /// - Returns: whether one was ended. Only connections of the same role are.
  static func endSilent(
    for silence: Duration, _ watch: inout SilenceWatch, _ connection: PostgresConnection
  ) async throws -> Bool {
    let sign = try await connection.withSession { session in
      try session.query(quietHolder).first {
        SilenceWatch.Sign(process: try $0.int("pid"), changed: try $0.timestampMicroseconds("state_change"))
      }
    }
    guard watch.isSilent(sign, for: silence, at: .now), let sign else { return false }
    return try await connection.withSession { session in
      try session.query(endQuietHolder, [PostgresValue(sign.process), .timestamp(sign.changed)])
        .map { try $0.bool("ended") }.contains(true)
    }
  }

  /// PostgreSQL's own record is the heartbeat: when the session last began or ended a statement. One that runs is not
  /// silent, unless it waits for its client.
  private static let quietHolder: SQL = "SELECT a.pid, a.state_change" + quiet

  private static let endQuietHolder: SQL =
    "SELECT pg_terminate_backend(a.pid) AS ended" + quiet + "   AND a.pid = $1 AND a.state_change = $2"

  private static let quiet: SQL = """

      FROM pg_catalog.pg_locks l
      JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
     WHERE l.locktype = 'advisory' AND l.classid = 1650746228 AND l.objid = 1 AND l.objsubid = 2 AND l.granted
       AND a.datname = current_database() AND a.usename = current_user AND a.pid <> pg_backend_pid()
       AND (a.state <> 'active' OR a.wait_event_type = 'Client')

    """

  /// Two numbers make the key, so that a stranger's single-number lock cannot collide: "bdct" and 1.
  private static let tryLock: SQL = "SELECT pg_try_advisory_lock(1650746228, 1) AS taken"

  private static let mine: SQL = """
    SELECT EXISTS (SELECT FROM pg_catalog.pg_locks
                    WHERE locktype = 'advisory' AND classid = 1650746228 AND objid = 1 AND objsubid = 2
                      AND pid = pg_backend_pid() AND granted) AS held
    """
}
