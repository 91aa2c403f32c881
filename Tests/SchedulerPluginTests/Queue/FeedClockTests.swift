import Foundation
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects time windows: PostgreSQL counts from 2000 and Foundation from 1970, so a missing offset is another weekday.
@Suite("The time by which rules' windows open")
struct FeedClockTests {
  @Test func itIsTheServersTimeOfToday() async throws {
    try await TestLab.with { lab in
      try await lab.send()
      // Both boards go away, so that the work is decided and waits.
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 4")
      try await lab.pass()
      let facts = try await lab.connection.withSession { try FeedFacts.read(window: 1, $0) }
      #expect(!facts.waiting.isEmpty)
      #expect(abs(facts.now.timeIntervalSinceNow) < 3_600)
    }
  }
}
