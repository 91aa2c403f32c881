import BuildEvents
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects people who step in: what they give up stays given up, and a second try doubles nothing.
@Suite("Cancelling and retrying events")
struct EventControlTests {
  @Test("What waits is given up, what LAVA has stays LAVA's")
  func cancel() async throws {
    try await TestLab.with { lab in
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 4 WHERE hostname = 'qemu-02'")
      let id = try await lab.send()
      try await lab.pass()
      let outcome = try await lab.connection.withTransaction { try EventControl.cancel(id, by: "me", $0) }
      #expect(outcome == .init(assignments: 1, jobsInLAVA: 1))
      #expect(try await lab.assignments().map(\.state) == ["queued", "cancelled"])
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 0")
      #expect(try await lab.pass().queued == 0)
      #expect(try await lab.connection.withTransaction { try EventControl.cancel(99, by: "me", $0) } == nil)
    }
  }

  @Test("An event cancelled before it was decided schedules nothing")
  func undecided() async throws {
    try await TestLab.with { lab in
      let id = try await lab.send()
      _ = try await lab.connection.withTransaction { try EventControl.cancel(id, by: "me", $0) }
      #expect(try await lab.pass() == WriterPass.Report())
      _ = try await lab.connection.withTransaction { try EventControl.retry(id, $0) }
      #expect(try await lab.pass().queued == 2)
    }
  }

  @Test("A retry looks at the boards without a job again, and gives no board a second one")
  func retry() async throws {
    try await TestLab.with { lab in
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 4 WHERE hostname = 'qemu-02'")
      let id = try await lab.send()
      try await lab.pass()
      _ = try await lab.connection.withTransaction { try EventControl.cancel(id, by: "me", $0) }
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 0")
      for _ in 0..<2 {
        _ = try await lab.connection.withTransaction { try EventControl.retry(id, $0) }
        try await lab.pass()
      }
      #expect(try await lab.assignments().map(\.state) == ["queued", "queued"])
      #expect(try await lab.jobCount() == 2)
    }
  }

  @Test("A build that failed is not tried")
  func failed() async throws {
    try await TestLab.with { lab in
      let id = try await lab.send(["status": "failure"])
      await #expect(throws: NothingToRetry.self) {
        try await lab.connection.withTransaction { _ = try EventControl.retry(id, $0) }
      }
    }
  }
}
