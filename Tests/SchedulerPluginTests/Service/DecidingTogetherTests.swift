import BuildEvents
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects events that arrive together: they are decided in few transactions, and none suffers for another.
@Suite("Events decided together")
struct DecidingTogetherTests {
  @Test("One that cannot be decided is held with the reason; the others of its batch are decided")
  func oneBad() async throws {
    try await TestLab.with(boards: ["qemu-01"]) { lab in
      var ids: [Int64] = []
      for build in 1...3 { ids.append(try await lab.send(["build_id": .string("\(build)")])) }
      try await lab.change("UPDATE boardcast.event SET record = '{}' WHERE id = $1", [.int8(ids[1])])
      let report = try await lab.pass()
      #expect(report.decided == 2)
      #expect(try await lab.assignments().map(\.event) == [ids[0], ids[2]])
      #expect(
        try await lab.count(
          "SELECT count(*)::int AS count FROM boardcast.event WHERE id = $1 AND state = 'accepted' AND hold IS NOT NULL",
          [.int8(ids[1])]) == 1)
    }
  }

  @Test("More events than go together are all decided in one round, and in the order in which they came")
  func many() async throws {
    try await TestLab.with(boards: ["qemu-01", "qemu-02"]) { lab in
      for build in 1...(WriterPass.together + 5) { try await lab.send(["build_id": .string("\(build)")]) }
      let report = try await lab.pass()
      #expect(report.decided == WriterPass.together + 5)
      #expect(report.queued == 2)
      let first = try await lab.assignments().filter { $0.state == "queued" }.map(\.event)
      #expect(Set(first) == Set([try #require(try await lab.assignments().map(\.event).min())]))
    }
  }

  @Test("Events of several senders have each their own sender's rights and name")
  func senders() async throws {
    try await TestLab.with(boards: ["qemu-01", "qemu-02"]) { lab in
      try await lab.change(
        """
        INSERT INTO auth_user (username, password, first_name, last_name, email, is_superuser, is_staff, is_active,
                               date_joined)
        VALUES ('other', '!', '', '', '', false, false, true, now())
        """)
      try await lab.send(["build_id": "1"])
      try await lab.send(["build_id": "2"], from: "other")
      try await lab.pass(window: 2)
      let names = try await lab.connection.withSession { session in
        try session.query("SELECT submitter FROM boardcast.assignment ORDER BY event_id, board").map {
          try $0.string("submitter")
        }
      }
      #expect(names == ["ci-bot", "ci-bot", "other", "other"])
      #expect(
        try await lab.count(
          "SELECT count(DISTINCT submitter_id)::int AS count FROM lava_scheduler_app_testjob") == 2)
    }
  }
}
