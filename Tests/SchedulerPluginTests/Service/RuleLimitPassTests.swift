import BoardInventory
import BuildEvents
import LabSupport
import Matcher
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects what a rule's limits promise, through the writer and LAVA's real tables.
@Suite("Rules' limits on LAVA's tables")
struct RuleLimitPassTests {
  private func files(_ limits: String, target: String = "each_board") throws -> LabFiles {
    let rule = """
      rule: r
      when: {image_family: nano}
      where: {target: \(target)}
      how: {template: t}
      limits: {\(limits)}
      """
    return LabFiles(
      catalogue: Example.shippedFiles().catalogue, templates: try Example.templates(["t": Example.job()]),
      rules: [try Example.rule(rule)], mistakes: [])
  }

  private func away(_ lab: TestLab, _ board: String, _ health: Int) async throws {
    try await lab.change(
      "UPDATE lava_scheduler_app_device SET health = $2 WHERE hostname = $1", [.text(board), PostgresValue(health)])
  }

  @Test("A newer build of a line supersedes what waits of it, and only that; the board that comes back gets the newer")
  func supersede() async throws {
    try await TestLab.with(files: files("newer_build: supersede")) { lab in
      try await away(lab, "qemu-02", 4)
      let first = try await lab.send(["build_id": "1", "properties": ["branch": "main"]])
      let other = try await lab.send(["build_id": "2", "properties": ["branch": "next"]])
      try await lab.pass()
      let second = try await lab.send(["build_id": "3", "properties": ["branch": "main"]])
      try await lab.pass()
      let states = Dictionary(
        uniqueKeysWithValues: try await lab.assignments().map { ("\($0.event) \($0.board)", $0.state) })
      #expect(states["\(first) qemu-01"] == "queued")
      #expect(states["\(first) qemu-02"] == "superseded")
      #expect(states["\(other) qemu-02"] == "waiting")
      #expect(states["\(second) qemu-02"] == "waiting")
      try await away(lab, "qemu-02", 0)
      try await lab.pass()
      #expect(
        try await lab.assignments().filter { $0.board == "qemu-02" && $0.state == "queued" }.map(\.event) == [other])
    }
  }

  @Test("An older build that is decided after a newer one is superseded at once")
  func lateOlder() async throws {
    try await TestLab.with(boards: ["qemu-01"], files: files("newer_build: supersede")) { lab in
      let older = try await lab.send(["build_id": "1"])
      let newer = try await lab.send(["build_id": "2"])
      try await lab.change("UPDATE boardcast.event SET state = 'kept' WHERE id = $1", [.int8(older)])
      try await lab.pass()
      try await lab.change("UPDATE boardcast.event SET state = 'accepted' WHERE id = $1", [.int8(older)])
      try await lab.pass()
      let states = try await lab.assignments()
      #expect(states.map(\.event) == [older, newer])
      #expect(states.map(\.state) == ["superseded", "queued"])
      #expect(states.first?.reason == "superseded")
    }
  }

  @Test("At once: no more than the rule allows on a type, and the next follows when one is over")
  func atOnce() async throws {
    try await TestLab.with(boards: (1...4).map { "q-\($0)" }, files: files("at_once: {device_type: 2}")) { lab in
      try await lab.send()
      #expect(try await lab.pass().queued == 2)
      #expect(try await lab.pass().queued == 0)
      let waiting = try await lab.assignments().filter { $0.state == "waiting" }
      #expect(waiting.map(\.reason) == ["limit", "limit"])
      // LAVA runs one of them: it still counts. When it is over, one more goes.
      let job = try #require(try await lab.assignments().first { $0.job != nil }?.job)
      try await lab.change(
        """
        UPDATE lava_scheduler_app_testjob j SET state = 3, actual_device_id = a.board
          FROM boardcast.assignment a WHERE a.job_id = j.id AND j.id = $1
        """, [PostgresValue(job)])
      #expect(try await lab.pass().queued == 0)
      try await lab.change(
        "UPDATE lava_scheduler_app_testjob SET state = 5, health = 1, end_time = now() WHERE id = $1",
        [PostgresValue(job)])
      #expect(try await lab.pass().queued == 1)
    }
  }

  @Test("Once per period, line and board; another line goes on")
  func oncePer() async throws {
    try await TestLab.with(boards: ["qemu-01"], files: files("once_per: {hours: 1}")) { lab in
      try await lab.send(["build_id": "1"])
      try await lab.pass()
      try await lab.change(
        "UPDATE lava_scheduler_app_testjob SET state = 5, health = 1, start_time = now(), end_time = now()")
      try await lab.send(["build_id": "2"])
      try await lab.send(["build_id": "3", "properties": ["branch": "other"]])
      try await lab.pass()
      #expect(try await lab.assignments().map(\.state) == ["finished", "waiting", "queued"])
      #expect(try await lab.assignments().map(\.reason) == [nil, "limit", nil])
      try await lab.change(
        "UPDATE lava_scheduler_app_testjob SET state = 5, health = 1, start_time = now(), end_time = now()")
      try await lab.change("UPDATE boardcast.assignment SET queued_at = queued_at - interval '1 hour'")
      try await lab.pass()
      #expect(try await lab.assignments().map(\.state) == ["finished", "queued", "finished"])
    }
  }

  @Test("A paused rule queues nothing, keeps what it has, and goes on where it stopped")
  func pause() async throws {
    try await TestLab.with(boards: ["qemu-01"], files: files("wait_hours: 5")) { lab in
      try await lab.change("INSERT INTO boardcast.pause (rule, author, reason) VALUES ('r', 'me', 'moving')")
      try await lab.send()
      #expect(try await lab.pass().queued == 0)
      #expect(try await lab.assignments().map(\.reason) == ["paused"])
      try await lab.change("DELETE FROM boardcast.pause")
      #expect(try await lab.pass().queued == 1)
    }
  }

  @Test("Sources take turns on a board, however much one of them sent before")
  func turns() async throws {
    try await TestLab.with(boards: ["qemu-01"], files: files("wait_hours: 5")) { lab in
      for build in 1...4 { try await lab.send(["source": "flood", "build_id": .string("\(build)")]) }
      try await lab.send(["source": "drop", "build_id": "1"])
      var order: [String] = []
      for _ in 0..<4 {
        try await lab.pass()
        order += try await lab.connection.withSession { session in
          try session.query(
            """
            SELECT a.source FROM boardcast.assignment a WHERE a.state = 'queued'
            """
          ).map { try $0.string("source") }
        }
        try await lab.change(
          "UPDATE lava_scheduler_app_testjob SET state = 5, health = 1, start_time = now(), end_time = now()")
      }
      #expect(order == ["flood", "drop", "flood", "flood"])
    }
  }

  @Test("One board of each type, and as many as told")
  func targets() async throws {
    for (target, count) in [("each_device_type", 1), ("{any: 2}", 2)] {
      try await TestLab.with(boards: (1...4).map { "q-\($0)" }, files: files("wait_hours: 5", target: target)) { lab in
        try await lab.send()
        #expect(try await lab.pass().queued == count)
        #expect(try await lab.assignments().count == count)
      }
    }
  }
}
