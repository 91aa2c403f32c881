import BoardInventory
import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import TestRandom
import Testing

@testable import SchedulerPlugin

/// Protects "each board of a pool gets exactly one job", against LAVA 2023.01's own scheduler.
@Suite("Pools, with LAVA's own scheduler", .enabled(if: LAVAScheduler.isThere), .serialized, .timeLimit(.minutes(5)))
struct BoardPoolTests {
  @Test("All boards of an event get its jobs in one pass, by one tag that is in no definition and gone after it")
  func onePass() async throws {
    try await PoolLab.with(boards: 6) { pool in
      let event = try await pool.lab.send()
      #expect(try await pool.lab.pass().queued == 6)
      let jobs = try await pool.jobs()
      #expect(jobs.allSatisfy { $0.tags == ["boardcast-pool-001"] })
      #expect(try await pool.carriers() == ["boardcast-pool-001": Set((1...6).map { "b-\($0)" })])
      #expect(
        try await pool.lab.count(
          "SELECT count(*)::int AS count FROM lava_scheduler_app_testjob WHERE definition ~ '(board-|-pool-|tags:|board\\+)'"
        )
          == 0)
      let explained = try await explanation(event, pool)
      #expect(explained.allSatisfy { $0?.jobID == nil && $0?.pool == "boardcast-pool-001" })
      // Boardcast does nothing meanwhile: the tags go with LAVA's own transaction.
      #expect(try await pool.lava.pass() == 6)
      #expect(try await pool.carriers().isEmpty)
      #expect(try await Set(pool.jobs().compactMap(\.board)).count == 6)
      try await pool.lab.pass()
      #expect(try await explanation(event, pool).allSatisfy { $0?.jobID != nil && $0?.pool == nil })
      try await pool.drain()
      try await pool.expectOneEach([event], boards: 6)
    }
  }

  private func explanation(_ event: Int64, _ pool: PoolLab) async throws -> [Explanation.Course?] {
    try await pool.lab.connection.withTransaction(.repeatableRead, readOnly: true) {
      try Explanation.read(event, $0)?.rules.flatMap(\.verdicts).map(\.assignment) ?? []
    }
  }

  /// What a lab does in a day, in an order that the seed gives. Boardcast works only now and then.
  @Test(
    "Foreign jobs in between, jobs that end at once, boards that go away, sync, several events: one job each",
    arguments: [7, 20_231_109] as [UInt64])
  func anything(seed: UInt64) async throws {
    try await PoolLab.with(boards: 9) { pool in
      var random = SeededRandom(seed: seed)
      var events: [Int64] = []
      var away: Set<String> = []
      for round in 1...60 {
        let board = "b-\(Int.random(in: 1...9, using: &random))"
        switch Int.random(in: 0..<12, using: &random) {
        case 0, 1, 2: try await pool.lava.pass()
        case 3, 4:
          // The job ends before Boardcast or the worker said a word, and the board is looked at again at once.
          try await pool.lava.pass()
          try await pool.lava.ask("finish \(Int.random(in: 1...9, using: &random)) \(round)")
          try await pool.lava.pass()
        case 5: try await pool.lava.ask("foreign \(Int.random(in: 1...3, using: &random))")
        case 6 where away.count < 4:
          away.insert(board)
          try await pool.lava.ask("health \(board) maintenance")
        case 6, 7:
          for board in away { try await pool.lava.ask("health \(board) good") }
          away = []
        case 8: try await pool.lava.ask("sync")
        case 9 where events.count < 4:
          events.append(
            try await pool.lab.send([
              "build_id": .string("\(round)"), "source": .string(events.count % 2 == 0 ? "jenkins" : "other"),
            ]))
          try await pool.lab.pass()
        default: try await pool.lab.pass()
        }
      }
      for board in away { try await pool.lava.ask("health \(board) good") }
      try await pool.drain()
      #expect(!events.isEmpty)
      try await pool.expectOneEach(events, boards: 9)
    }
  }

  @Test(
    "A tag that could not be taken off with the reservation, because somebody held its row, goes when the job starts")
  func heldOnce() async throws {
    try await PoolLab.with(boards: 4) { pool in
      let event = try await pool.lab.send()
      try await pool.lab.pass()
      try await holdingTags(pool) {
        let given = try await pool.lava.pass()
        #expect(given == 4)
      }
      #expect(try await pool.carriers()["boardcast-pool-001"]?.count == 4)
      try await pool.lava.ask("start")
      #expect(try await pool.carriers().isEmpty)
      try await pool.drain()
      try await pool.expectOneEach([event], boards: 4)
    }
  }

  @Test(
    "A board that kept its tag through three changes and took a second job: that is nobody's, the other board is served"
  )
  func heldThrice() async throws {
    try await PoolLab.with(boards: 5) { pool in
      for board in 2...5 { try await pool.lava.ask("health b-\(board) maintenance") }
      let event = try await pool.lab.send()
      // Boards that are away wait; their jobs are made while they are there.
      for board in 2...5 { try await pool.lava.ask("health b-\(board) good") }
      try await pool.lab.pass()
      for board in 2...5 { try await pool.lava.ask("health b-\(board) maintenance") }
      try await holdingTags(pool) {
        let given = try await pool.lava.pass()
        #expect(given == 1)
        try await pool.lava.ask("start")
        try await pool.lava.ask("finish 0 0")
      }
      #expect(try await pool.carriers()["boardcast-pool-001"]?.contains("b-1") == true)
      #expect(try await pool.lava.pass() == 1)
      #expect(try await pool.jobs().filter { $0.board == "b-1" }.count == 2)
      for board in 2...5 { try await pool.lava.ask("health b-\(board) good") }
      try await pool.drain()
      try await pool.expectOneEach([event], boards: 5, strays: 1)
      let words = try await explanation(event, pool).compactMap { $0?.words }
      #expect(words.count == 1 && words[0].contains("counts for nobody"))
    }
  }

  /// Somebody edits tags: a session of its own has the rows locked.
  private func holdingTags(_ pool: PoolLab, _ body: () async throws -> Void) async throws {
    let holder = try await pool.lab.connect()
    let (arrivals, arrival) = AsyncStream<Void>.makeStream()
    let gate = DispatchSemaphore(value: 0)
    async let held: Void = {
      // Whatever becomes of it, nobody waits for it for ever.
      defer { arrival.finish() }
      try await holder.withTransaction { session in
        _ = try session.query("SELECT id FROM lava_scheduler_app_device_tags FOR UPDATE").map { try $0.int("id") }
        arrival.yield()
        // The connection's own thread waits, nobody else's.
        gate.wait()
      }
    }()
    defer { gate.signal() }
    for await _ in arrivals { break }
    try await body()
    gate.signal()
    try await held
    await holder.close()
  }

  @Test("Jobs cancelled in the queue: the boards that come first get the others, the last ones end with LAVA's word")
  func cancelled() async throws {
    try await PoolLab.with(boards: 5) { pool in
      let event = try await pool.lab.send()
      try await pool.lab.pass()
      let jobs = try await pool.jobs().map(\.id)
      for job in jobs.prefix(2) { try await pool.lava.ask("cancel \(job)") }
      try await pool.lab.pass()
      // Which boards go without is not settled while any of the others stands in the queue.
      #expect(try await pool.lab.assignments().allSatisfy { $0.state == "queued" })
      #expect(try await pool.lava.pass() == 3)
      try await pool.lab.pass()
      let assignments = try await pool.lab.assignments()
      #expect(assignments.filter { $0.outcome == "Canceled" }.count == 2)
      #expect(assignments.filter { $0.state == "running" }.count == 3)
      try await pool.lab.pass()
      #expect(try await pool.carriers().isEmpty)
      #expect(try await pool.openPools() == 0)
      #expect(event > 0)
      // The slot is used again; jobs of the first time do not count for the second.
      try await pool.lava.ask("finish 0 0")
      let second = try await pool.lab.send(["build_id": "18"])
      try await pool.lab.pass()
      #expect(try await pool.carriers() == ["boardcast-pool-001": Set((1...5).map { "b-\($0)" })])
      #expect(try await pool.lava.pass() == 5)
      #expect(try await Set(pool.jobs().filter { $0.event == second }.compactMap(\.board)).count == 5)
    }
  }

  @Test("A board that takes a job before its own is written gives the turn to the other board, which waits again")
  func early() async throws {
    try await PoolLab.with(boards: 4) { pool in
      try await pool.lava.ask("health b-4 maintenance")
      let event = try await pool.lab.send()
      #expect(try await pool.lab.pass().queued == 3)
      // As a writer leaves it that dies after the board has joined.
      try await pool.lava.ask("health b-4 good")
      try await pool.lava.ask("health b-1 maintenance")
      try await pool.lab.change(
        "SELECT boardcast.join_pools(ARRAY[id], ARRAY['b-4']) FROM boardcast.pool WHERE closed_at IS NULL")
      #expect(try await pool.lava.pass() == 3)
      #expect(try await pool.jobs().compactMap(\.board).sorted() == ["b-2", "b-3", "b-4"])
      try await pool.lab.pass()
      let states = Dictionary(
        uniqueKeysWithValues: try await pool.lab.assignments().map { ($0.board, $0.state) })
      #expect(states == ["b-1": "waiting", "b-2": "running", "b-3": "running", "b-4": "running"])
      try await pool.lava.ask("health b-1 good")
      try await pool.drain()
      try await pool.expectOneEach([event], boards: 4)
    }
  }

  @Test("Without the triggers no pool is opened: the boards' own tags are used, the doctor says so, 'enable' mends it")
  func withoutTriggers() async throws {
    try await PoolLab.with(boards: 4) { pool in
      try await pool.lab.change("ALTER TABLE lava_scheduler_app_device DISABLE TRIGGER boardcast_pool")
      try await pool.lab.change("DROP TRIGGER boardcast_pool ON boardcast.pool_note")
      try await pool.lab.send()
      #expect(try await pool.lab.pass().queued == 4)
      #expect(try await pool.jobs().map(\.tags) == (1...4).map { ["board-b-\($0)"] })
      let doctor = await Doctor.examine(
        DatabaseLocation(configuration: pool.lab.configuration, source: "the test"), files: pool.lab.files,
        migrations: try Migrations(directory: Lab.repository + "/migrations"), logger: LAVADatabase.logger)
      #expect(doctor.findings.filter { $0.subject == "pools" }.map(\.verdict) == [.warning, .warning])
      let (restored, left) = try await pool.lab.connection.withTransaction { session in
        (try PoolTriggers.restore(session), try PoolTriggers.obstacles(session))
      }
      #expect(restored == ["boardcast_pool on device", "boardcast_pool on pool_note"])
      #expect(left == [])
      #expect(try await pool.lava.pass() == 4)
      try await pool.lava.ask("finish 0 0")
      try await pool.lab.send(["build_id": "18"])
      try await pool.lab.pass()
      #expect(try await pool.jobs().suffix(4).allSatisfy { $0.tags == ["boardcast-pool-001"] })
    }
  }

  @Test("LAVA may change boards and alter their table in one transaction, with boards in a pool")
  func altered() async throws {
    try await PoolLab.with(boards: 4) { pool in
      try await pool.lab.send()
      try await pool.lab.pass()
      try await pool.lab.connection.withTransaction { session in
        try session.script(
          """
          UPDATE lava_scheduler_app_device SET state = 2;
          ALTER TABLE lava_scheduler_app_device ALTER COLUMN hostname TYPE varchar(250);
          ALTER TABLE lava_scheduler_app_device RENAME COLUMN hostname TO name;
          UPDATE lava_scheduler_app_device SET state = 1;
          """)
      }
      #expect(try await pool.carriers()["boardcast-pool-001"]?.count == 4)
    }
  }

  @Test("While no tag is free, because somebody put all of them on a board, jobs go by the boards' own tags")
  func slots() async throws {
    try await PoolLab.with(boards: 4) { pool in
      try await pool.lab.connection.withTransaction { session in
        try LAVARows.addDeviceType("other", session)
        try LAVARows.addDevice("other-1", type: "other", worker: "worker-1", session)
        for name in PoolTag.names { try LAVARows.tag("other-1", name, session) }
      }
      try await pool.lab.send()
      #expect(try await pool.lab.pass().queued == 4)
      #expect(try await pool.jobs().map(\.tags) == (1...4).map { ["board-b-\($0)"] })
      #expect(try await pool.lava.pass() == 4)
      try await pool.lava.ask("finish 0 0")
      try await pool.lab.change("DELETE FROM lava_scheduler_app_device_tags WHERE device_id = 'other-1'")
      try await pool.lab.send(["build_id": "18"])
      try await pool.lab.pass()
      #expect(try await pool.jobs().suffix(4).allSatisfy { $0.tags == ["boardcast-pool-001"] })
    }
  }
}
