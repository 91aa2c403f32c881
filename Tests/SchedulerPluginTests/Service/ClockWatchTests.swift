import Testing

@testable import SchedulerPlugin

/// Protects what waits from a clock that is set, and a clock that is merely corrected from being taken for one.
@Suite("Clocks that are set")
struct ClockWatchTests {
  private let start = ContinuousClock.now

  private func look(_ server: Int64, after seconds: Int64, newest: Int64 = 7) -> ClockWatch.Look {
    ClockWatch.Look(server: server * 1_000_000, newest: newest, here: start + .seconds(seconds))
  }

  @Test("The first look, clocks that go alike, a correction by less than a minute, and a long pause are no jumps")
  func noJump() {
    var watch = ClockWatch()
    #expect(watch.time == nil)
    for (server, here): (Int64, Int64) in [(1_000, 0), (1_001, 1), (1_060, 1), (1_002, 2), (90_000, 89_000)] {
      #expect(watch.take(look(server, after: here)) == nil)
      #expect(watch.time == server * 1_000_000)
    }
  }

  @Test("A jump forward and one back are told once each, by how much, since when, and what is surely of before")
  func jumps() {
    var watch = ClockWatch()
    _ = watch.take(look(1_000, after: 0, newest: 4))
    #expect(
      watch.take(look(1_002 + 86_400, after: 2, newest: 9))
        == .init(by: .seconds(86_400), within: .seconds(2), newest: 4))
    #expect(watch.take(look(1_003 + 86_400, after: 3)) == nil)
    #expect(watch.take(look(1_004, after: 4))?.by == .seconds(-86_400))
    #expect(watch.take(look(1_005, after: 5)) == nil)
  }

  @Test(
    "A writer is silent when PostgreSQL says the same of it for long by the clock here, whatever its own clock says")
  func silence() {
    var watch = SilenceWatch()
    func silent(_ sign: SilenceWatch.Sign?, _ seconds: Int) -> Bool {
      watch.isSilent(sign, for: .seconds(10), at: start + .seconds(seconds))
    }
    // Changed a day ago or in a day: one look tells nothing.
    let old = SilenceWatch.Sign(process: 1, changed: -86_400_000_000)
    let future = SilenceWatch.Sign(process: 1, changed: 86_400_000_000)
    let first = [silent(old, 0), silent(old, 9), silent(old, 10)]
    #expect(first == [false, false, true])
    let second = [silent(future, 11), silent(future, 20), silent(future, 21)]
    #expect(second == [false, false, true])
    let afterWork = [silent(nil, 22), silent(future, 40), silent(future, 50)]
    #expect(afterWork == [false, false, true])
    // Another one that happens to have changed at the same time.
    let other = silent(.init(process: 2, changed: future.changed), 51)
    #expect(!other)
  }
}
