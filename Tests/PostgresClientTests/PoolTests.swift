import Foundation
import PostgresClient
import Synchronization
import Testing

/// A few connections, shared fairly, and never a broken one.
@Suite(.timeLimit(.minutes(1))) struct PoolTests {
  private func pid(_ pool: PostgresPool) async throws -> Int32 {
    try await pool.withSession { session in session.backendPID }
  }

  @Test func neverMoreConnectionsThanAllowedAndAllGetTheirTurn() async throws {
    try await withDatabase { configuration in
      let pool = PostgresPool(configuration: configuration, size: 3, logger: quiet)
      let pids = try await withThrowingTaskGroup(of: Int32.self) { group in
        for _ in 0..<30 {
          group.addTask {
            try await pool.withSession { session in
              try session.execute("select pg_sleep(0.005)")
              return session.backendPID
            }
          }
        }
        return try await group.reduce(into: Set<Int32>()) { $0.insert($1) }
      }
      #expect(pids.count <= 3 && !pids.isEmpty)
      await pool.close()
    }
  }

  /// Whoever asked first is served first, and a cancelled one does not hold up the rest.
  @Test func waitersAreServedInOrderAndMayLeave() async throws {
    try await withDatabase { configuration in
      let pool = PostgresPool(configuration: configuration, size: 1, logger: quiet)
      let watcher = try await PostgresConnection.connect(configuration, logger: quiet)
      try await watcher.withSession { session in
        try session.script("create table turn (id int4 generated always as identity, n int4)")
        try session.script("select pg_advisory_lock(1)")
      }
      let holder = Task {
        try await pool.withSession { session in _ = try session.execute("select pg_advisory_xact_lock(1)") }
      }
      try await waitUntil("select count(*) = 1 from pg_locks where not granted", on: watcher)
      var tasks: [Task<Void, any Error>] = []
      for number in 0..<5 {
        tasks.append(
          Task {
            try await pool.withSession { session in
              _ = try session.execute("insert into turn (n) values ($1)", .int4(Int32(number)))
            }
          })
        while await pool.waitingCount < number + 1 { try await Task.sleep(for: .milliseconds(1)) }
      }
      tasks[2].cancel()
      let left = try await #require(throws: PostgresError.self) { try await tasks[2].value }
      #expect(left.code == .cancelled)
      try await watcher.withSession { session in try session.script("select pg_advisory_unlock(1)") }
      try await holder.value
      for number in [0, 1, 3, 4] { try await tasks[number].value }
      let order = try await watcher.withSession { session in
        try session.query("select n from turn order by id").map { try $0.int(0) }
      }
      #expect(order == [0, 1, 3, 4])
      await watcher.close()
      await pool.close()
    }
  }

  @Test func aConnectionEndedWhileIdleIsReplacedBeforeItIsLent() async throws {
    try await withDatabase { configuration in
      let pool = PostgresPool(configuration: configuration, size: 1, logger: quiet)
      let first = try await pid(pool)
      let watcher = try await PostgresConnection.connect(configuration, logger: quiet)
      try await watcher.withSession { session in
        _ = try session.execute("select pg_terminate_backend($1)", .int4(first))
      }
      // PostgreSQL 13 cannot wait for that by itself; the view forgets the session before its socket is closed.
      while kill(pid_t(first), 0) == 0 { try await Task.sleep(for: .milliseconds(5)) }
      let second = try await pid(pool)
      #expect(second != first)
      await watcher.close()
      await pool.close()
    }
  }

  @Test func aConnectionEndedInUseIsReportedAsLostAndReplaced() async throws {
    try await withDatabase { configuration in
      let pool = PostgresPool(configuration: configuration, size: 1, logger: quiet)
      struct Confused: Error {}
      let lost = try await #require(throws: PostgresError.self) {
        try await pool.withTransaction { session in
          _ = try? session.execute("select pg_terminate_backend($1)", .int4(session.backendPID))
          throw Confused()
        }
      }
      #expect(lost.code == .connectionLost && lost.isConnectionLoss)
      let swallowed = try await #require(throws: PostgresError.self) {
        try await pool.withTransaction { session in
          _ = try? session.execute("select pg_terminate_backend($1)", .int4(session.backendPID))
        }
      }
      #expect(swallowed.code == .connectionLost)
      let state = try await #require(throws: PostgresError.self) {
        try await pool.withSession { session in
          _ = try session.execute("select pg_terminate_backend($1)", .int4(session.backendPID))
        }
      }
      #expect(state.sqlState == "57P01")
      _ = try await pid(pool)
      await pool.close()
    }
  }

  @Test func serializationFailuresAreRetriedAsOftenAsAsked() async throws {
    try await withDatabase { configuration in
      let pool = PostgresPool(
        configuration: configuration, size: 1, logger: quiet,
        backoff: Backoff(initial: .milliseconds(1), cap: .milliseconds(1)))
      let calls = Atomic(0)
      let fail: SQL = "do $$ begin raise exception using errcode = '40001', message = 'x'; end $$"
      let answer = try await pool.withTransaction(.serializable, retrying: 2) { session in
        if calls.add(1, ordering: .relaxed).newValue < 3 { try session.script(fail) }
        return "done"
      }
      #expect(answer == "done" && calls.load(ordering: .relaxed) == 3)
      let error = try await #require(throws: PostgresError.self) {
        try await pool.withTransaction(retrying: 1) { session in try session.script(fail) }
      }
      #expect(error.isRetryable)
      await pool.close()
    }
  }

  @Test func closingFailsWhoWaitsAndLetsUsesEnd() async throws {
    try await withDatabase { configuration in
      let pool = PostgresPool(configuration: configuration, size: 1, logger: quiet)
      let watcher = try await PostgresConnection.connect(configuration, logger: quiet)
      let user = Task { try await pool.withSession { session in try session.execute("select pg_sleep(8)") } }
      try await waitUntil(
        "select count(*) = 1 from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'",
        on: watcher)
      let waiter = Task { try await pool.withSession { session in try session.execute("select 1") } }
      while await pool.waitingCount < 1 { try await Task.sleep(for: .milliseconds(1)) }
      await pool.close()
      #expect(try await user.value == 1)
      let failed = try await #require(throws: PostgresError.self) { try await waiter.value }
      #expect(failed.code == .closed)
      let late = try await #require(throws: PostgresError.self) {
        try await pool.withSession { session in try session.execute("select 1") }
      }
      #expect(late.code == .closed)
      await pool.close()
      try await waitUntil(
        "select count(*) = 1 from pg_stat_activity where datname = current_database()", on: watcher)
      await watcher.close()
    }
  }
}
