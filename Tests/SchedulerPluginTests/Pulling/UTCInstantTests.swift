import Testing

@testable import SchedulerPlugin

/// Protects cursors from producers' ways of writing a time.
@Suite("Moments of producers")
struct UTCInstantTests {
  @Test("Every way in which a producer writes a moment is the same moment, and comes back as it went")
  func reading() {
    let moment: Int64 = 1_767_231_000_000
    for text in [
      "2026-01-01T01:30:00", "2026-01-01T01:30:00Z", "2026-01-01 01:30", "2026-01-01 01:30:00 UTC",
      "2026-01-01T01:30:00.000000+00:00", "2026-01-01T03:00:00+01:30", "2025-12-31T20:30:00-0500",
      "2026-01-01T01:30:00.0004",
    ] {
      #expect(UTCInstant(text)?.milliseconds == moment, "\(text)")
    }
    #expect(UTCInstant("2026-01-01T01:30:00.123456")?.milliseconds == moment + 123)
    #expect(UTCInstant(httpDate: "Thu, 01 Jan 2026 01:30:00 GMT")?.milliseconds == moment)
    #expect(UTCInstant(httpDate: "01-Jan-2026 01:30")?.milliseconds == moment)
    for milliseconds in [0, 951_782_399_999, 951_782_400_000, moment + 7, 253_402_300_799_999] as [Int64] {
      let instant = UTCInstant(milliseconds: milliseconds)
      #expect(UTCInstant(instant.withoutZone) == instant, "\(instant.withoutZone)")
    }
    #expect(UTCInstant(milliseconds: moment).withoutZone == "2026-01-01T01:30:00.000")
    #expect(UTCInstant(milliseconds: 951_782_400_000).withoutZone == "2000-02-29T00:00:00.000")
  }

  @Test("What is no moment is none")
  func nonsense() {
    for text in [
      "", "2026", "2026-13-01", "2026-02-29", "2026-01-01T25:00", "2026-01-01T01:30:00+9", "2026-01-01x", "1969-12-31",
      "2026-01-01T01:30:00.", "1767231000",
    ] {
      #expect(UTCInstant(text) == nil, "\(text)")
    }
    #expect(UTCInstant(httpDate: "Thu") == nil && UTCInstant(httpDate: "99 Foo 2026 01:30") == nil)
  }
}
