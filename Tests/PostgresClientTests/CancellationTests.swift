import PostgresClient
import Testing

/// Nobody may wait for a statement that nobody wants any more.
@Suite(.timeLimit(.minutes(1))) struct CancellationTests {
  /// A connection, and another one that watches it.
  private func withWatchedConnection(
    _ body: (_ connection: PostgresConnection, _ watcher: PostgresConnection) async throws -> Void
  ) async throws {
    try await withDatabase { configuration in
      let connection = try await PostgresConnection.connect(configuration, logger: quiet)
      let watcher = try await PostgresConnection.connect(configuration, logger: quiet)
      try await body(connection, watcher)
      await connection.close()
      await watcher.close()
    }
  }

  private func waitUntilSleeping(_ connection: PostgresConnection, _ watcher: PostgresConnection) async throws {
    try await waitUntil(
      "select count(*) = 1 from pg_stat_activity where pid = $1 and wait_event = 'PgSleep'",
      [.int4(connection.backendPID)], on: watcher)
  }

  @Test func cancellingTheTaskEndsTheStatementAndKeepsTheConnection() async throws {
    try await withWatchedConnection { connection, watcher in
      try await watcher.withSession { session in try session.script("create table t (x int)") }
      let task = Task {
        try await connection.withTransaction { session in
          try session.execute("insert into t values (1)")
          try session.execute("select pg_sleep(60)")
        }
      }
      try await waitUntilSleeping(connection, watcher)
      let start = ContinuousClock.now
      task.cancel()
      let error = try await #require(throws: PostgresError.self) { try await task.value }
      #expect(error.code == .cancelled)
      #expect(ContinuousClock.now - start < .seconds(30), "the statement would have taken a minute")
      #expect(try await connection.withSession { try $0.query("select * from t").rowCount } == 0)
    }
  }

  @Test func cancellingFromElsewhereHitsOnlyTheStatementUnderWay() async throws {
    try await withWatchedConnection { connection, watcher in
      connection.cancel()  // nothing under way: nothing happens
      let first = Task { try await connection.withSession { session in try session.execute("select pg_sleep(60)") } }
      try await waitUntilSleeping(connection, watcher)
      async let second: Int = connection.withSession { session in
        for _ in 0..<200 { try session.execute("select 1") }
        return 200
      }
      connection.cancel()
      let error = await #expect(throws: PostgresError.self) { try await first.value }
      #expect(error?.code == .cancelled)
      #expect(try await second == 200)
    }
  }

  /// The use that waits for its turn must not take the one that runs down with it.
  @Test func cancellingAWaitingUseLeavesTheRunningOneAlone() async throws {
    try await withWatchedConnection { connection, watcher in
      async let running: Int = connection.withSession { session in
        try session.execute("select pg_sleep(5)")
      }
      try await waitUntilSleeping(connection, watcher)
      let waiting = Task { try await connection.withSession { session in try session.execute("select 1") } }
      waiting.cancel()
      let error = try await #require(throws: PostgresError.self) { try await waiting.value }
      #expect(error.code == .cancelled)
      #expect(try await running == 1)
    }
  }

  @Test func theTimeoutOfAStatementIsATimeout() async throws {
    var configuration = try await serverConfiguration()
    configuration.statementTimeout = .milliseconds(50)
    let connection = try await PostgresConnection.connect(configuration, logger: quiet)
    let error = try await #require(throws: PostgresError.self) {
      try await connection.withSession { session in try session.execute("select pg_sleep(60)") }
    }
    #expect(error.code == .timedOut && error.sqlState == "57014")
    #expect(try await connection.withSession { try $0.query("select 1").rowCount } == 1)
    await connection.close()
  }

  @Test func aCancelFromAnAdministratorIsNotATimeout() async throws {
    try await withWatchedConnection { connection, watcher in
      let sleeping = Task { try await connection.withSession { session in try session.execute("select pg_sleep(60)") } }
      try await waitUntilSleeping(connection, watcher)
      try await watcher.withSession { session in
        _ = try session.execute("select pg_cancel_backend($1)", .int4(connection.backendPID))
      }
      let error = await #expect(throws: PostgresError.self) { try await sleeping.value }
      #expect(error?.code == .cancelled)
    }
  }

  @Test func cancellationBeforeCommitRollsBack() async throws {
    try await withWatchedConnection { connection, watcher in
      try await watcher.withSession { session in try session.script("create table t (x int)") }
      let task = Task {
        try await connection.withTransaction { session in
          try session.execute("insert into t values (1)")
          while true { try session.checkCancellation() }
        }
      }
      try await waitUntil(
        "select count(*) = 1 from pg_stat_activity where pid = $1 and state = 'idle in transaction'",
        [.int4(connection.backendPID)], on: watcher)
      task.cancel()
      let error = try await #require(throws: PostgresError.self) { try await task.value }
      #expect(error.code == .cancelled)
      #expect(try await watcher.withSession { try $0.query("select * from t").rowCount } == 0)
    }
  }

  /// Late cancel requests must never hit the statement after theirs.
  @Test func cancellingOftenNeverHitsTheNextUse() async throws {
    try await withWatchedConnection { connection, _ in
      for _ in 0..<40 {
        let task = Task {
          try await connection.withSession { session in try session.execute("select pg_sleep(0.002)") }
        }
        try await Task.sleep(for: .microseconds(Int.random(in: 0..<4000)))
        task.cancel()
        _ = try? await task.value
        #expect(try await connection.withSession { try $0.query("select 1").rowCount } == 1)
      }
    }
  }
}
