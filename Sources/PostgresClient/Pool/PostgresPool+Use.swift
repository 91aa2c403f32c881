internal import Logging

extension PostgresPool {
  /// Lends a connection to `body`, each statement committing by itself. Leave nothing behind in the session (settings,
  /// temporary tables, advisory locks): the next user would find it.
  ///
  /// - Parameters:
  ///   - patience: how long this use may wait for a server that is away; nil: as long as the pool's uses do.
  ///   - body: the work.
  /// - Throws: as ``PostgresConnection/withSession(_:)``, and ``PostgresConnection/connect(_:logger:)``.
  public func withSession<Value: Sendable>(
    patience: Duration? = nil, _ body: @Sendable (borrowing PostgresSession) throws -> Value
  ) async throws -> Value {
    try await withConnection(patience ?? self.patience) { connection in try await connection.withSession(body) }
  }

  /// Lends a connection to `body` between BEGIN and COMMIT, or ROLLBACK if it throws.
  ///
  /// - Parameters:
  ///   - isolation: how much of other transactions this one sees.
  ///   - readOnly: whether the server shall refuse writes.
  ///   - retrying: how often the whole transaction is run again, after a short pause, if it fails with a serialization
  ///     failure (40001) or a deadlock (40P01). `body` is then called again, so it must do nothing but database work.
  ///   - body: the work.
  /// - Throws: as ``PostgresConnection/withTransaction(_:readOnly:_:)``, and ``PostgresConnection/connect(_:logger:)``.
  public func withTransaction<Value: Sendable>(
    _ isolation: IsolationLevel = .readCommitted, readOnly: Bool = false, retrying: Int = 0,
    _ body: @Sendable (borrowing PostgresSession) throws -> Value
  ) async throws -> Value {
    var failures = 0
    while true {
      do {
        return try await withConnection(patience) { connection in
          try await connection.withTransaction(isolation, readOnly: readOnly, body)
        }
      } catch let error as PostgresError where error.isRetryable && failures < retrying {
        failures += 1
        // The rival has just won and is gone: a tenth of the pause for a server that is away is enough.
        try await sleep(backoff.pause(afterFailures: failures) / 10)
      }
    }
  }

  private func withConnection<Value: Sendable>(
    _ patience: Duration, _ body: (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    try await acquire()
    var connection: PostgresConnection?
    do {
      let opened = try await open(clock, patience)
      connection = opened
      let value = try await body(opened)
      release(opened)
      return value
    } catch {
      // A session that began in a read-only database stays read-only when the database is not any more.
      if let connection, (error as? PostgresError)?.sqlState == "25006" { await connection.close() }
      release(connection)
      throw error
    }
  }

  /// An idle connection that works, or a new one.
  private func open<C: Clock>(
    _ clock: C, _ patience: Duration
  ) async throws -> PostgresConnection where C.Duration == Duration {
    while let connection = idle.popLast() {
      if await !connection.isStale() { return connection }
    }
    let start = clock.now
    var failures = 0
    while true {
      do {
        return try await PostgresConnection.connect(configuration, logger: logger)
      } catch let error as PostgresError where error.code == .connectionFailed {
        failures += 1
        let pause = backoff.pause(afterFailures: failures)
        if start.duration(to: clock.now) + pause > patience { throw error }
        logger.warning(
          "PostgreSQL does not answer, trying again",
          metadata: [
            LogKey.error: "\(error)", LogKey.attempt: "\(failures)", LogKey.delay: "\(pause.wholeMilliseconds)",
          ])
        try await sleep(pause)
      }
    }
  }

  private func sleep(_ pause: Duration) async throws {
    do {
      try await clock.sleep(for: pause)
    } catch {
      throw Operation.cancelled
    }
  }
}
