import BuildEvents
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects the promise of the doors: an event is kept once, whatever a producer repeats or mixes up.
@Suite("Events on disk")
struct EventStoreTests {
  private static let sender = Sender(id: 1, name: "ci-bot", isSuperuser: false)

  private static func cloudEvent(_ id: String, _ changes: [String: JSONValue] = [:]) throws -> BuildEvent {
    let body: JSONValue = [
      "specversion": "1.0", "id": .string(id), "source": "urn:ci", "type": "built", "data": Example.record(changes),
    ]
    return try BuildEvent.decode(
      contentType: "application/cloudevents+json", headers: [], body: body.serialized)
  }

  private static func keep(_ event: BuildEvent, _ connection: PostgresConnection) async throws -> EventStore.Receipt {
    try await connection.withTransaction {
      try EventStore.keep(event, raw: [1, 2], door: "http", sender: sender, $0)
    }
  }

  @Test("An event is accepted once; what makes it another one is source, build, artifact and status")
  func once() async throws {
    try await TestLab.with(boards: []) { lab in
      #expect(try await Self.keep(Example.event(), lab.connection) == .accepted(1))
      #expect(try await Self.keep(Example.event(), lab.connection) == .duplicate(1))
      #expect(try await Self.keep(Example.event(["log_url": "http://x/log"]), lab.connection) == .duplicate(1))
      for change: [String: JSONValue] in [
        ["source": "other"], ["build_id": "18"], ["arch": "arm64"], ["images": ["kernel": "http://x/other"]],
        ["status": "failure"],
      ] {
        guard case .accepted = try await Self.keep(Example.event(change), lab.connection) else {
          Issue.record("\(change) makes no other event")
          return
        }
      }
      #expect(try await lab.count("SELECT count(*)::int AS count FROM boardcast.event") == 6)
    }
  }

  @Test("A CloudEvent's id says the same event again, or is refused for another one; another id adds nothing")
  func envelopes() async throws {
    try await TestLab.with(boards: []) { lab in
      #expect(try await Self.keep(Self.cloudEvent("a"), lab.connection) == .accepted(1))
      #expect(try await Self.keep(Self.cloudEvent("a"), lab.connection) == .duplicate(1))
      #expect(try await Self.keep(Self.cloudEvent("a", ["build_id": "18"]), lab.connection) == .conflict(1))
      #expect(try await Self.keep(Self.cloudEvent("a", ["status": "failure"]), lab.connection) == .conflict(1))
      #expect(try await Self.keep(Self.cloudEvent("b"), lab.connection) == .duplicate(1))
      #expect(try await Self.keep(Example.event(), lab.connection) == .duplicate(1))
      guard case .accepted = try await Self.keep(Self.cloudEvent("b", ["build_id": "18"]), lab.connection) else {
        Issue.record("an id nobody used is free")
        return
      }
      #expect(try await lab.count("SELECT count(*)::int AS count FROM boardcast.event") == 2)
    }
  }

  @Test("A failed build is kept and never decided; the event reads back as it came")
  func kept() async throws {
    try await TestLab.with { lab in
      let failed = try Example.event(["status": "failure", "properties": ["branch": "main"]])
      #expect(try await Self.keep(failed, lab.connection) == .accepted(1))
      let report = try await lab.pass()
      #expect(report == WriterPass.Report())
      let stored = try #require(try await lab.connection.withSession { try EventStore.event(1, $0) })
      #expect(stored.state == "kept")
      #expect(stored.decidedAt == nil)
      #expect(stored.event == failed)
      #expect(stored.senderName == "ci-bot")
      #expect(stored.receivedAt.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
      #expect(try await lab.jobCount() == 0)
    }
  }

  @Test("Many doors that keep the same event at the same moment make one row, and all hear its number")
  func concurrent() async throws {
    try await TestLab.with(boards: []) { lab in
      let pool = PostgresPool(configuration: lab.configuration, size: 8, logger: LAVADatabase.logger)
      for round in 0..<5 {
        let event =
          try round < 3
          ? Example.event(["build_id": .int(Int64(round))])
          : Self.cloudEvent("c\(round)", ["build_id": .string("c\(round)")])
        let receipts = try await withThrowingTaskGroup(of: EventStore.Receipt.self) { group in
          for _ in 0..<16 {
            group.addTask {
              try await pool.withTransaction {
                try EventStore.keep(event, raw: [], door: "http", sender: Self.sender, $0)
              }
            }
          }
          return try await group.reduce(into: [EventStore.Receipt]()) { $0.append($1) }
        }
        let accepted = receipts.compactMap { if case .accepted(let id) = $0 { id } else { nil } }
        let id = try #require(accepted.first)
        #expect(accepted.count == 1)
        #expect(receipts.count { $0 == .duplicate(id) } == 15)
      }
      #expect(try await lab.count("SELECT count(*)::int AS count FROM boardcast.event") == 5)
      await pool.close()
    }
  }

  @Test("The newest events come first, the undecided ones oldest first")
  func lists() async throws {
    try await TestLab.with(boards: []) { lab in
      for build in 1...3 { try await lab.send(["build_id": .int(Int64(build))]) }
      try await lab.send(["build_id": "4", "status": "failure"])
      let (newest, undecided) = try await lab.connection.withSession {
        (try EventStore.newest(3, $0).map(\.id), try EventStore.undecided(2, $0))
      }
      #expect(newest == [4, 3, 2])
      #expect(undecided == [1, 2])
    }
  }
}
