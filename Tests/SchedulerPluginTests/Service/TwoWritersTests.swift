import Foundation
import LabSupport
import PostgresClient
import Synchronization
import Testing

@testable import SchedulerPlugin

/// Protects boards from being tested twice even if two processes ever wrote at once: the lock is the first line, the
/// rows themselves are the second.
@Suite("Two writers at once")
struct TwoWritersTests {
  /// Stops one writer between its jobs and its commit, lets another one run into it, and lets both finish.
  private func collide(in lab: TestLab) async throws -> [WriterPass.Report] {
    let (arrivals, arrival) = AsyncStream<Void>.makeStream()
    let gate = DispatchSemaphore(value: 0)
    let crash = CrashPoints { point in
      guard point == .jobsCopied else { return }
      arrival.yield()
      // The connection's own thread waits, nobody else's.
      gate.wait()
    }
    let other = try await lab.connect()
    let watcher = try await lab.connect()
    let secondIsDone = Mutex(false)
    async let first = {
      // Whatever becomes of it, nobody waits for it for ever.
      defer { arrival.finish() }
      return try await lab.pass(crash: crash)
    }()
    defer { gate.signal() }
    for await _ in arrivals { break }
    async let second = {
      defer { secondIsDone.withLock { $0 = true } }
      return try await lab.pass(on: other)
    }()
    _ = await eventually {
      if secondIsDone.withLock({ $0 }) { return true }
      let waiting = try? await watcher.withSession { session in
        try session.query(
          """
          SELECT count(*)::int AS count FROM pg_stat_activity
           WHERE datname = current_database() AND wait_event_type = 'Lock'
          """
        ).only { try $0.int("count") }
      }
      return waiting == 1
    }
    gate.signal()
    let reports = try await [first, second]
    await other.close()
    await watcher.close()
    return reports
  }

  @Test("An event that both take is decided once")
  func undecided() async throws {
    try await TestLab.with(boards: ["q1", "q2"]) { lab in
      try await lab.send()
      let reports = try await collide(in: lab)
      #expect(reports.map(\.queued).reduce(0, +) == 2)
      #expect(try await lab.jobCount() == 2)
      #expect(try await lab.assignments().map(\.state) == ["queued", "queued"])
    }
  }

  @Test("Assignments that both feed are queued once")
  func waiting() async throws {
    try await TestLab.with(boards: ["q1", "q2"]) { lab in
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 4")
      try await lab.send()
      try await lab.pass()
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 0")
      let reports = try await collide(in: lab)
      #expect(reports.map(\.queued).reduce(0, +) == 2)
      #expect(try await lab.jobCount() == 2)
      #expect(try await lab.assignments().map(\.state) == ["queued", "queued"])
    }
  }

  @Test("Only one connection holds the writer's lock, again and again, until it ends")
  func lock() async throws {
    try await TestLab.with(boards: []) { lab in
      let (one, two) = (try await lab.connect(), try await lab.connect())
      #expect(try await WriterLock.take(one))
      #expect(try await WriterLock.take(one))
      #expect(try await !WriterLock.take(two))
      await one.close()
      // PostgreSQL frees the lock when it notices the end of the session.
      #expect(try await eventually { try await WriterLock.take(two) })
      await two.close()
    }
  }

  @Test("A writer that says nothing is ended and its lock free; one that speaks, or runs a statement, is not")
  func silent() async throws {
    try await TestLab.with(boards: []) { lab in
      let (one, two) = (try await lab.connect(), try await lab.connect())
      #expect(try await WriterLock.take(one))
      var watch = SilenceWatch()
      #expect(try await !WriterLock.endSilent(for: .seconds(60), &watch, two))
      async let sleeping = one.withSession { session in
        try session.query("SELECT pg_sleep(2)::text AS slept").rowCount
      }
      #expect(
        try await eventually {
          try await lab.count(
            """
            SELECT count(*)::int AS count FROM pg_stat_activity
             WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep%' AND state = 'active'
            """) == 1
        })
      #expect(try await !WriterLock.endSilent(for: .zero, &watch, two))
      #expect(try await sleeping == 1)
      #expect(try await eventually { try await WriterLock.endSilent(for: .milliseconds(1), &watch, two) })
      #expect(try await eventually { try await WriterLock.take(two) })
      await #expect(throws: PostgresError.self) { try await WriterLock.take(one) }
      // Whoever holds the lock does not end itself.
      #expect(try await !WriterLock.endSilent(for: .zero, &watch, two))
      await one.close()
      await two.close()
    }
  }
}
