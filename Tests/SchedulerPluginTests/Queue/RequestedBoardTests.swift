import Foundation
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects LAVA's scheduler and its boards where jobs ask for boards by name (LAVA 2026.07 and later).
@Suite("Jobs that ask for their board by name", .enabled(if: Lab.knowsRequestedDevices))
struct RequestedBoardTests {
  private struct Row: Hashable {
    let device: String?
    let worker: String?
    let tags: Int
  }

  private func rows(_ lab: TestLab) async throws -> [Row] {
    try await lab.connection.withSession { session in
      try session.query(
        """
        SELECT requested_device_id AS device, requested_worker_id AS worker,
               (SELECT count(*)::int FROM lava_scheduler_app_testjob_tags t WHERE t.testjob_id = j.id) AS tags
          FROM lava_scheduler_app_testjob j ORDER BY requested_device_id
        """
      ).map {
        Row(device: try $0.optionalString("device"), worker: try $0.optionalString("worker"), tags: try $0.int("tags"))
      }
    }
  }

  @Test("Each job's row names its board and the board's worker, its definition the board; no tag is made or attached")
  func rows() async throws {
    try await TestLab.with(boards: ["q1", "q2"]) { lab in
      try await lab.send()
      #expect(try await lab.pass().queued == 2)
      let found = try await rows(lab)
      #expect(found == ["q1", "q2"].map { Row(device: $0, worker: "worker-1", tags: 0) })
      let texts = try await lab.connection.withSession { session in
        try session.query("SELECT definition FROM lava_scheduler_app_testjob ORDER BY requested_device_id").map {
          try JobDefinition.load($0.string("definition")).requestedDevice
        }
      }
      #expect(texts == ["q1", "q2"])
      #expect(try await lab.count("SELECT count(*)::int AS count FROM lava_scheduler_app_device_tags") == 0)
      #expect(try await lab.count("SELECT count(*)::int AS count FROM lava_scheduler_app_tag") == 0)
    }
  }

  @Test("What was decided before LAVA was upgraded goes by the board's tag, as its text says")
  func upgraded() async throws {
    try await TestLab.with(boards: ["q1"]) { lab in
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 4")
      try await lab.send()
      #expect(try await lab.pass().queued == 0)
      try await lab.change(
        """
        UPDATE boardcast.shape
           SET definition = replace(definition, 'device: board+to+be+named', E'tags:\\n- board+to+be+named')
        """)
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 0")
      #expect(try await lab.pass().queued == 1)
      #expect(try await rows(lab) == [Row(device: nil, worker: nil, tags: 1)])
    }
  }

  @Test("While LAVA's scheduler holds one board, feeding waits and holds no other: the two cannot lock each other out")
  func locks() async throws {
    try await TestLab.with(boards: ["q1", "q2", "q3"]) { lab in
      try await lab.send()
      let scheduler = try await lab.connect()
      let watcher = try await lab.connect()
      let (arrivals, arrival) = AsyncStream<Void>.makeStream()
      let gate = DispatchSemaphore(value: 0)
      // As scheduler.py:schedule_jobs_for_device_type: boards one after the other, then the submitter of a job.
      async let scheduled: Void = {
        // Whatever becomes of it, nobody waits for it for ever.
        defer { arrival.finish() }
        try await scheduler.withTransaction { session in
          try Self.lock("q2", session)
          arrival.yield()
          // The connection's own thread waits, nobody else's.
          gate.wait()
          for board in ["q1", "q3"] { try Self.lock(board, session) }
          _ = try session.query("SELECT id FROM auth_user WHERE username = 'ci-bot' FOR UPDATE NOWAIT").only {
            try $0.int("id")
          }
        }
      }()
      defer { gate.signal() }
      for await _ in arrivals { break }
      async let report = lab.pass()
      let waits = try await eventually {
        try await watcher.withSession { session in
          try session.query(
            """
            SELECT count(*)::int AS count FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock'
            """
          ).only { try $0.int("count") }
        } == 1
      }
      gate.signal()
      #expect(waits)
      try await scheduled
      #expect(try await report.queued == 3)
      #expect(try await rows(lab).map(\.device) == ["q1", "q2", "q3"])
      await scheduler.close()
      await watcher.close()
    }
  }

  /// Prints how long LAVA's scheduler would wait; what it may not do is checked by which jobs came with one COMMIT.
  @Test(
    "An event for very many boards is queued some hundred jobs at a time", arguments: [10_000, QueueFeeder.together])
  func manyBoards(together: Int) async throws {
    let boards = (1...2_000).map { "q\($0)" }
    try await TestLab.with(boards: boards) { lab in
      try await lab.send()
      let scheduler = try await lab.connect()
      let prober = Task {
        var longest = Duration.zero
        while !Task.isCancelled {
          let begun = ContinuousClock.now
          do {
            try await scheduler.withTransaction { session in
              _ = try session.query(
                "SELECT hostname FROM lava_scheduler_app_device ORDER BY random() FOR UPDATE"
              ).rowCount
            }
          } catch {
            // Stopped in the middle of it.
            if Task.isCancelled { break }
            throw error
          }
          longest = max(longest, begun.duration(to: .now))
        }
        return longest
      }
      let begun = ContinuousClock.now
      var pass = WriterPass(connection: lab.connection, files: lab.files, logger: LAVADatabase.logger)
      pass.jobsTogether = together
      #expect(try await pass.run().queued == boards.count)
      let took = begun.duration(to: .now)
      prober.cancel()
      print(
        "\(together) jobs together: all queued in \(took), LAVA's lock of all boards took \(try await prober.value)")
      let commits = try await lab.connection.withSession { session in
        try session.query("SELECT count(*)::int AS count FROM lava_scheduler_app_testjob GROUP BY xmin::text").map {
          try $0.int("count")
        }
      }
      #expect(commits.allSatisfy { $0 <= together } && commits.count == max(1, boards.count / together))
      await scheduler.close()
    }
  }

  private static func lock(_ board: String, _ session: borrowing PostgresSession) throws {
    _ = try session.query(
      "SELECT hostname FROM lava_scheduler_app_device WHERE hostname = $1 FOR UPDATE NOWAIT", [.text(board)]
    ).only { try $0.string("hostname") }
  }
}
