import Foundation
import Testing

@testable import SchedulerPlugin

/// Protects a lab's quiet hours: a window over midnight, a day's end, and the two odd nights of a year.
@Suite("Time windows")
struct TimeWindowTests {
  private let berlin = TimeZone(identifier: "Europe/Berlin")

  private func date(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

  @Test(
    "Open or closed, in the zone's own hours",
    arguments: [
      // Monday 23 November 2026; Berlin is an hour ahead of UTC.
      ("2026-11-23T18:59:59Z", false), ("2026-11-23T19:00:00Z", true), ("2026-11-24T04:59:59Z", true),
      ("2026-11-24T05:00:00Z", false),
      // The window that begins on Friday ends on Saturday; none begins on Saturday.
      ("2026-11-27T22:00:00Z", true), ("2026-11-28T04:00:00Z", true), ("2026-11-28T22:00:00Z", false),
      ("2026-11-30T04:00:00Z", false),
    ])
  func overMidnight(text: String, isOpen: Bool) throws {
    let window = TimeWindow(days: Set(1...5), from: 20 * 60, to: 6 * 60, zone: try #require(berlin))
    #expect(try window.isOpen(at: date(text)) == isOpen)
  }

  @Test("The next opening is the first open minute, and nothing before it is open")
  func nextOpening() throws {
    let window = TimeWindow(days: [1, 3], from: 20 * 60, to: 21 * 60, zone: try #require(berlin))
    #expect(try window.opens(after: date("2026-11-23T21:00:00Z")) == date("2026-11-25T19:00:00Z"))
    #expect(try window.opens(after: date("2026-11-25T19:30:00Z")) == date("2026-11-25T19:30:00Z"))
    #expect(try window.opens(after: date("2026-11-25T20:00:00Z")) == date("2026-11-30T19:00:00Z"))
  }

  @Test("Where the clock is put forward over its beginning, it opens when the clock goes on")
  func springForward() throws {
    // 28 March 2027: after 01:59 in Berlin comes 03:00.
    let window = TimeWindow(from: 2 * 60 + 15, to: 5 * 60, zone: try #require(berlin))
    #expect(try window.opens(after: date("2027-03-28T00:30:00Z")) == date("2027-03-28T01:00:00Z"))
    #expect(try window.isOpen(at: date("2027-03-28T01:00:00Z")))
  }

  @Test("Where the clock is put back, the hour that comes twice is open twice")
  func fallBack() throws {
    let window = TimeWindow(from: 2 * 60, to: 3 * 60, zone: try #require(berlin))
    for text in ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"] { #expect(try window.isOpen(at: date(text))) }
    #expect(try !window.isOpen(at: date("2026-10-25T02:00:00Z")))
  }
}
