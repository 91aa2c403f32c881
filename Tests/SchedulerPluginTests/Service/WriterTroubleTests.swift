import BuildEvents
import LabSupport
import Matcher
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects LAVA's queue when something is in the way: nothing half is written, people hear why, and it goes on by itself.
@Suite("The writer when something is in the way")
struct WriterTroubleTests {
  @Test("A column nobody can fill: nothing is queued, the event is held with the reason, and goes on by itself")
  func unknownColumn() async throws {
    try await TestLab.with(boards: ["q"]) { lab in
      let event = try await lab.send()
      try await lab.change("ALTER TABLE lava_scheduler_app_testjob ADD COLUMN quantum_bits integer NOT NULL")
      let report = try await lab.pass()
      #expect(report.queued == 0)
      #expect(report.decided == 0)
      #expect(report.hold?.contains("quantum_bits") == true)
      let stored = try #require(try await lab.connection.withSession { try EventStore.event(event, $0) })
      #expect(stored.state == "accepted")
      #expect(stored.hold == report.hold)
      #expect(try await lab.jobCount() == 0)
      try await lab.change("ALTER TABLE lava_scheduler_app_testjob DROP COLUMN quantum_bits")
      #expect(try await lab.pass() == WriterPass.Report(decided: 1, queued: 1))
      let decided = try #require(try await lab.connection.withSession { try EventStore.event(event, $0) })
      #expect(decided.state == "decided")
      #expect(decided.hold == nil)
    }
  }

  @Test("The metadata of LAVA 2026 is written where the column is there")
  func metadata() async throws {
    try await TestLab.with(boards: ["q"]) { lab in
      try await lab.change("ALTER TABLE lava_scheduler_app_testjob ADD COLUMN IF NOT EXISTS metadata jsonb NOT NULL")
      try await lab.send()
      try await lab.pass()
      let metadata = try await lab.connection.withSession { session in
        try session.query("SELECT metadata FROM lava_scheduler_app_testjob").only { try $0.json("metadata") }
      }
      #expect(try JSONValue.parse(Array(metadata.utf8))["build_id"] == "17")
    }
  }

  @Test("Boards LAVA would not let the sender submit to get nothing and say so")
  func permission() async throws {
    try await TestLab.with(boards: ["q1", "q2"]) { lab in
      try await lab.connection.withTransaction { session in
        let group = try LAVARows.addGroup("owners", session)
        try LAVARows.permit("submit_to_device", device: "q1", group: group, session)
      }
      let event = try await lab.send()
      try await lab.pass()
      #expect(try await lab.assignments().map(\.board) == ["q2"])
      let report = try #require(
        try await lab.connection.withTransaction { try EventReport.read(event, catalogue: lab.files.catalogue, $0) })
      #expect(report.lines.map(\.board) == ["q1", "q2"])
      #expect(report.lines.first?.reasons.map(\.code) == [.permission])
      #expect(!report.isOver)
    }
  }

  @Test(
    "A board's own tag that somebody put on another board too holds the job back until it is taken off",
    .enabled(if: !Lab.knowsRequestedDevices, "only before LAVA 2026.07 jobs find boards by tags"))
  func sharedTag() async throws {
    try await TestLab.with(boards: ["q1", "q2"]) { lab in
      try await lab.connection.withTransaction { try LAVARows.tag("q2", "board-q1", $0) }
      try await lab.send()
      #expect(try await lab.pass().queued == 1)
      #expect(try await lab.assignments().map(\.reason) == ["tag_shared", nil])
      try await lab.change(
        """
        DELETE FROM lava_scheduler_app_device_tags
         WHERE device_id = 'q2' AND tag_id = (SELECT id FROM lava_scheduler_app_tag WHERE name = 'board-q1')
        """)
      #expect(try await lab.pass().queued == 1)
    }
  }

  @Test(
    "A tag that LAVA's sync took off a board is put on again before the board's next job",
    .enabled(if: !Lab.knowsRequestedDevices, "only before LAVA 2026.07 jobs find boards by tags"))
  func lostTag() async throws {
    try await TestLab.with(boards: ["q"]) { lab in
      try await lab.send(["build_id": "1"])
      try await lab.pass()
      try await lab.change("DELETE FROM lava_scheduler_app_device_tags")
      try await lab.pass()
      #expect(try await lab.count("SELECT count(*)::int AS count FROM lava_scheduler_app_device_tags") == 1)
    }
  }

  @Test("An error of PostgreSQL in the middle leaves nothing behind, and the next round does it all")
  func rollback() async throws {
    try await TestLab.with(boards: ["q1", "q2"]) { lab in
      let event = try await lab.send()
      // Noted as queued is what comes last: LAVA's rows are all there by then.
      try await lab.change(
        "ALTER TABLE boardcast.assignment ADD CONSTRAINT refuse CHECK (state <> 'queued') NOT VALID")
      #expect(try await lab.pass().decided == 0)
      #expect(try await lab.connection.withSession { try EventStore.event(event, $0)?.hold } != nil)
      #expect(try await lab.jobCount() == 0)
      #expect(try await lab.assignments() == [])
      #expect(try await lab.count("SELECT count(*)::int AS count FROM boardcast.decision") == 0)
      #expect(try await lab.count("SELECT count(*)::int AS count FROM boardcast.shape") == 0)
      #expect(try await lab.connection.withSession { try EventStore.event(event, $0)?.state } == "accepted")
      try await lab.change("ALTER TABLE boardcast.assignment DROP CONSTRAINT refuse")
      #expect(try await lab.pass().queued == 2)
    }
  }
}
