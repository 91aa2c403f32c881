import PostgresClient

extension ClockWatch {
  /// Looks at PostgreSQL's clock. When it was set, what waits is moved with it, so that all of it waits as long as it would
  /// have: nothing expires at once by a jump forward, nothing waits a day longer by one back.
  ///
  /// What is over keeps the times it had. Call it on the connection that holds the writer's lock.
  ///
  /// - Returns: the jump; nil when there was none.
  mutating func follow(_ connection: PostgresConnection) async throws -> Jump? {
    let begun = ContinuousClock.now
    let (server, newest) = try await connection.withSession { session in
      try session.query(ClockSQL.look).only {
        (try $0.timestampMicroseconds("now"), Int64(try $0.int("newest")))
      }
    }
    let here = ContinuousClock.now
    // An answer that was long in coming does not tell what time it is: this process may have been stopped meanwhile.
    guard begun.duration(to: here) < .seconds(5) else { return nil }
    var next = self
    guard let jump = next.take(Look(server: server, newest: newest, here: here)) else {
      self = next
      return nil
    }
    try await connection.withTransaction { session in
      let by = PostgresValue.float8(jump.by / .seconds(1))
      let within = PostgresValue.float8(jump.within / .seconds(1))
      _ = try session.execute(ClockSQL.moveWaiting, [by, .int8(jump.newest), within])
      _ = try session.execute(ClockSQL.moveCancellations, [by, within])
      guard jump.by < .zero else { return }
      for sql in [ClockSQL.moveQueued, ClockSQL.moveTurns, ClockSQL.moveRoster] { _ = try session.execute(sql, [by]) }
    }
    // Only now: had it failed, the next look would find the same jump again.
    self = next
    return jump
  }
}

/// What follows PostgreSQL's clock when it is set by $1 seconds. What was written after that, before anybody noticed, has
/// the right times already: it is as old as the last look at most.
private enum ClockSQL {
  static let look: SQL = """
    SELECT clock_timestamp() AS now, (SELECT coalesce(max(id), 0) FROM boardcast.assignment) AS newest
    """

  static let moveWaiting: SQL = """
    UPDATE boardcast.assignment
       SET created_at = created_at + $1 * interval '1 second', expires_at = expires_at + $1 * interval '1 second'
     WHERE state = 'waiting'
       AND (id <= $2 OR created_at NOT BETWEEN clock_timestamp() - ($3 + 1) * interval '1 second' AND clock_timestamp())
    """

  /// Five minutes are the longest that one is put off.
  static let moveCancellations: SQL = """
    UPDATE boardcast.cancellation
       SET asked_at = asked_at + $1 * interval '1 second',
           next_at = least(next_at + $1 * interval '1 second', clock_timestamp() + interval '5 minutes')
     WHERE ended_at IS NULL
       AND asked_at NOT BETWEEN clock_timestamp() - ($2 + 1) * interval '1 second' AND clock_timestamp()
    """

  /// When a period of `once_per` began: after a jump back that may not lie ahead.
  static let moveQueued: SQL = """
    UPDATE boardcast.assignment SET queued_at = queued_at + $1 * interval '1 second'
     WHERE queued_at > clock_timestamp()
    """

  /// Whoever was served in what is now the future would have no turn until then.
  static let moveTurns: SQL = """
    UPDATE boardcast.turn SET served = served + $1 * interval '1 second' WHERE served > clock_timestamp()
    """

  /// Boards that came in what is now the future would not be there for what is decided now.
  static let moveRoster: SQL = """
    UPDATE boardcast.roster SET since = since + $1 * interval '1 second' WHERE since > clock_timestamp() AND until IS NULL
    """
}
