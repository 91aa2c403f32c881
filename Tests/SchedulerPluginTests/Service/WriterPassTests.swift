import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects LAVA's queue: what stands in it is what LAVA's own submission would have put there, once per board.
@Suite("The writer on LAVA's tables")
struct WriterPassTests {
  @Test("A job's row has every column as LAVA writes it, and the board's own tag")
  func rows() async throws {
    try await TestLab.with(boards: ["qemu-01"]) { lab in
      let before = Date()
      let event = try await lab.send()
      #expect(try await lab.pass() == WriterPass.Report(decided: 1, queued: 1))
      let row = try await lab.connection.withSession { session in
        try session.query(
          """
          SELECT to_jsonb(j) AS row, extract(epoch FROM submit_time)::float8 AS time FROM lava_scheduler_app_testjob j
          """
        ).only { (json: try JSONValue.parse(Array($0.json("row").utf8)), time: try $0.double("time")) }
      }
      var columns = try #require(row.json.objectValue)
      let definition = try #require(columns["definition"]?.stringValue)
      #expect(columns["original_definition"] == .string(definition))
      #expect(columns["token"]?.stringValue?.wholeMatch(of: /[a-zA-Z0-9]{32}/) != nil)
      #expect(columns["submit_time"] != nil)
      let id = try #require(columns["id"]?.intValue)
      for name in ["definition", "original_definition", "token", "submit_time", "id"] { columns[name] = nil }
      let isNew = Lab.knowsRequestedDevices
      // RESTParityTests and the differential suite look at these against LAVA's own.
      if isNew { for name in ["metadata", "pipeline_compatibility"] { columns[name] = nil } }
      #expect(columns.removeValue(forKey: "requested_device_id") == (isNew ? "qemu-01" : nil))
      #expect(columns.removeValue(forKey: "requested_worker_id") == (isNew ? "worker-1" : nil))
      #expect(columns.removeValue(forKey: "pool_pattern") == (isNew ? .null : nil))
      #expect(row.time > before.timeIntervalSince1970 - 60 && row.time < Date().timeIntervalSince1970 + 60)
      let submitter = try await lab.count("SELECT id AS count FROM auth_user WHERE username = 'ci-bot'")
      #expect(
        columns
          == [
            "sub_id": "", "is_public": true, "target_group": .null, "submitter_id": .int(Int64(submitter)),
            "description": "nano-regression: jenkins 17", "health_check": false, "requested_device_type_id": "qemu",
            "actual_device_id": .null, "start_time": .null, "end_time": .null, "state": 0, "health": 0, "priority": 50,
            "multinode_definition": "", "queue_timeout": .null, "failure_comment": .null,
          ].merging(isNew ? [:] : ["pipeline_compatibility": 0]) { first, _ in first })
      let job = try JobDefinition.load(definition)
      #expect(job.dumped(sortedKeys: !isNew) == definition)
      #expect(job.tags == (isNew ? [] : ["board-qemu-01"]))
      #expect(job.root["metadata"]?.mapping?["boardcast.event"] == .string("\(event)"))
      let tags = try await lab.connection.withSession { session in
        try session.query(
          """
          SELECT t.name, d.device_id FROM lava_scheduler_app_testjob_tags j
            JOIN lava_scheduler_app_tag t ON t.id = j.tag_id
            JOIN lava_scheduler_app_device_tags d ON d.tag_id = t.id
          """
        ).map { [try $0.string("name"), try $0.string("device_id")] }
      }
      #expect(tags == (isNew ? [] : [["board-qemu-01", "qemu-01"]]))
      #expect(try await lab.count("SELECT count(*)::int AS count FROM lava_scheduler_app_testjob_viewing_groups") == 0)
      #expect(
        try await lab.assignments() == [.init(event: event, board: "qemu-01", state: "queued", job: id)])
    }
  }

  @Test("Jobs of one event have different times, in the order in which they shall run")
  func times() async throws {
    try await TestLab.with(boards: (1...20).map { "q\($0)" }) { lab in
      try await lab.send()
      try await lab.pass()
      #expect(try await lab.jobCount() == 20)
      #expect(
        try await lab.count("SELECT count(DISTINCT submit_time)::int AS count FROM lava_scheduler_app_testjob") == 20)
      #expect(
        try await lab.count(
          """
          SELECT count(*)::int AS count FROM
            (SELECT submit_time, lag(submit_time) OVER (ORDER BY id) AS before FROM lava_scheduler_app_testjob) x
           WHERE before >= submit_time
          """) == 0)
      #expect(try await lab.count("SELECT count(DISTINCT token)::int AS count FROM lava_scheduler_app_testjob") == 20)
    }
  }

  @Test("One queued job per board: the second event waits with queue_full and follows when LAVA is done with the first")
  func window() async throws {
    try await TestLab.with(boards: ["q"]) { lab in
      let first = try await lab.send(["build_id": "1"])
      let second = try await lab.send(["build_id": "2"])
      #expect(try await lab.pass().queued == 1)
      var rows = try await lab.assignments()
      #expect(rows.map(\.state) == ["queued", "waiting"])
      #expect(rows.map(\.reason) == [nil, "queue_full"])
      #expect(rows.map(\.event) == [first, second])
      #expect(try await lab.pass().queued == 0)
      let job = try #require(rows.first?.job)
      try await lab.change(
        "UPDATE lava_scheduler_app_testjob SET state = 5, health = 1, start_time = now(), end_time = now() WHERE id = $1",
        [PostgresValue(job)])
      #expect(try await lab.pass().queued == 1)
      rows = try await lab.assignments()
      #expect(rows.map(\.state) == ["finished", "queued"])
      #expect(rows.first?.outcome == "Complete")
      #expect(rows.last?.reason == nil)
      #expect(try await lab.jobCount() == 2)
    }
  }

  @Test("A job LAVA runs frees the board's place in the queue; its end brings LAVA's word for it")
  func follow() async throws {
    try await TestLab.with(boards: ["q"]) { lab in
      for build in 1...4 { try await lab.send(["build_id": .int(Int64(build))]) }
      try await lab.pass()
      for (number, outcome) in [(0, "Unknown"), (1, "Complete"), (2, "Incomplete"), (3, "Canceled")] {
        let live = try await lab.assignments()
        let current = try #require(live.first { $0.state == "queued" })
        try await lab.change(
          "UPDATE lava_scheduler_app_testjob SET state = 3, start_time = now() WHERE id = $1",
          [PostgresValue(current.job)])
        #expect(try await lab.pass().queued == (number < 3 ? 1 : 0))
        #expect(try await lab.assignments().first { $0.job == current.job }?.state == "running")
        try await lab.change(
          "UPDATE lava_scheduler_app_testjob SET state = 5, health = $2, end_time = now() WHERE id = $1",
          [PostgresValue(current.job), PostgresValue(number)])
        try await lab.pass()
        #expect(try await lab.assignments().first { $0.job == current.job }?.outcome == outcome)
      }
      #expect(try await lab.assignments().map(\.state) == Array(repeating: "finished", count: 4))
    }
  }

  @Test("A wider window queues more, and a higher priority overtakes what waits")
  func priorities() async throws {
    try await TestLab.with(boards: ["q"]) { lab in
      let first = try await lab.send(["build_id": "1"])
      let second = try await lab.send(["build_id": "2"])
      try await lab.pass(window: 2)
      let third = try await lab.send(["build_id": "3", "image_family": "oe", "properties": ["version": "1-rc1"]])
      try await lab.pass(window: 2)
      #expect(try await lab.assignments().map(\.state) == ["queued", "queued", "waiting"])
      let fourth = try await lab.send(["build_id": "4"])
      try await lab.pass(window: 2)
      try await lab.change("UPDATE lava_scheduler_app_testjob SET state = 5, health = 1")
      try await lab.pass(window: 1)
      let rows = try await lab.assignments()
      #expect(rows.map(\.event) == [first, second, third, fourth])
      #expect(rows.map(\.state) == ["finished", "finished", "queued", "waiting"])
      #expect(try await lab.count("SELECT max(priority)::int AS count FROM lava_scheduler_app_testjob") == 90)
    }
  }

  @Test("A board that is away waits with the reason, is fed when it is back, and expires when nobody brings it back")
  func away() async throws {
    try await TestLab.with(boards: ["q1", "q2"]) { lab in
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 4")
      try await lab.send()
      #expect(try await lab.pass().queued == 0)
      #expect(try await lab.assignments().map(\.reason) == ["maintenance", "maintenance"])
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 3 WHERE hostname = 'q2'")
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 0 WHERE hostname = 'q1'")
      #expect(try await lab.pass().queued == 1)
      #expect(try await lab.assignments().map(\.state) == ["queued", "waiting"])
      #expect(try await lab.assignments().map(\.reason) == [nil, "bad"])
      let hours = try await lab.count(
        "SELECT round(extract(epoch FROM min(expires_at - created_at)) / 3600)::int AS count FROM boardcast.assignment")
      #expect(hours == 24)
      try await lab.change("UPDATE boardcast.assignment SET expires_at = clock_timestamp()")
      try await lab.pass()
      #expect(try await lab.assignments().map(\.state) == ["queued", "expired"])
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 0")
      #expect(try await lab.pass().queued == 0)
    }
  }

  @Test("A job somebody deleted in LAVA, and a board somebody deleted or retired, end their assignments")
  func deleted() async throws {
    try await TestLab.with(boards: ["q1", "q2", "q3"]) { lab in
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 4 WHERE hostname <> 'q1'")
      try await lab.send()
      try await lab.pass()
      try await lab.change("DELETE FROM lava_scheduler_app_testjob_tags")
      try await lab.change("DELETE FROM lava_scheduler_app_testjob")
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 5 WHERE hostname = 'q2'")
      try await lab.change("DELETE FROM lava_scheduler_app_device_tags WHERE device_id = 'q3'")
      try await lab.change("DELETE FROM lava_scheduler_app_device WHERE hostname = 'q3'")
      try await lab.pass()
      let rows = try await lab.assignments()
      #expect(rows.map(\.state) == ["finished", "refused", "refused"])
      #expect(rows.map(\.outcome) == ["Deleted", nil, nil])
      #expect(rows.map(\.reason) == [nil, "retired", "retired"])
      #expect(try await lab.jobCount() == 0)
    }
  }
}
