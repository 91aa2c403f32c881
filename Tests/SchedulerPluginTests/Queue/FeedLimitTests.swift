import Foundation
import Matcher
import TestRandom
import Testing

@testable import SchedulerPlugin

/// Protects what a rule's author was promised: no more at once than said, not more often, not at other hours; and every
/// source its turn.
@Suite("Limits and turns")
struct FeedLimitTests {
  private static let now = Date(timeIntervalSince1970: 1_795_000_000)

  private func waiting(
    _ id: Int64, _ board: String, rule: String = "r", source: String = "s", type: String = "qemu", priority: Int = 50
  ) -> FeedFacts.Waiting {
    FeedFacts.Waiting(
      id: id, board: board, priority: priority, event: id, rule: rule, source: source, deviceType: type)
  }

  private func facts(_ waiting: [FeedFacts.Waiting], _ limits: RuleLimits) -> FeedFacts {
    FeedFacts(
      waiting: waiting, limits: Dictionary(waiting.map { ($0.decision, limits) }, uniquingKeysWith: { $1 }),
      now: Self.now)
  }

  private func plan(_ facts: FeedFacts, window: Int = 1) -> FeedPlan {
    let boards = Set(facts.waiting.map(\.board)).sorted().map { Example.board($0) }
    return FeedPlan(facts, lab: Example.lab(boards), terms: Example.terms { $0.window = window }, limit: 1_000)
  }

  @Test(
    "At most so many at once, what runs and what stands in the queue counted, whatever the scope",
    arguments: [
      (RuleLimits.Scope.deviceType, "device type qemu"), (.rule, "rule r"), (.source, "source s"),
    ])
  func atOnce(scope: RuleLimits.Scope, words: String) {
    var facts = facts((1...5).map { waiting($0, "b\($0)") }, RuleLimits(atOnce: [scope: 3]))
    #expect(plan(facts).queue == [1, 2, 3])
    #expect(plan(facts).reasons[4] == Reason(.limit, "the rule allows 3 of our jobs at once for \(words)"))
    facts.live = [.init(board: "x", deviceType: "qemu", rule: "r", source: "s", queued: 1, running: 1)]
    #expect(plan(facts).queue == [1])
    facts.live = [.init(board: "x", deviceType: "panda", rule: "q", source: "t", queued: 4, running: 4)]
    #expect(plan(facts).queue == [1, 2, 3])
  }

  @Test(
    "LAVA's queue holds no more of a device type than its window, whatever the rules allow; what runs does not count")
  func typeWindow() {
    var facts = facts((1...5).map { waiting($0, "b\($0)") } + [waiting(6, "p", type: "panda")], RuleLimits())
    let boards = Set(facts.waiting.map(\.board)).sorted().map { Example.board($0) }
    func plan(_ window: Int?) -> FeedPlan {
      FeedPlan(facts, lab: Example.lab(boards), terms: Example.terms { $0.typeWindow = window }, limit: 1_000)
    }
    #expect(plan(nil).queue.count == 6)
    #expect(plan(2).queue.sorted() == [1, 2, 6])
    #expect(
      plan(2).reasons[3]
        == Reason(.queueFull, "2 of our jobs stand in LAVA's queue for device type qemu, the most there may be"))
    facts.live = [.init(board: "x", deviceType: "qemu", rule: "q", source: "t", queued: 1, running: 7)]
    #expect(plan(2).queue.sorted() == [1, 6])
    facts.live = [.init(board: "x", deviceType: "qemu", rule: "q", source: "t", queued: 2, running: 0)]
    #expect(plan(2).queue == [6])
  }

  @Test("A board's limit counts what runs too, beyond the queue's window")
  func perBoard() {
    var facts = facts([waiting(1, "a")], RuleLimits(atOnce: [.board: 1]))
    facts.live = [.init(board: "a", deviceType: "qemu", rule: "r", source: "s", queued: 0, running: 1)]
    #expect(plan(facts).reasons == [1: Reason(.limit, "the rule allows 1 of our jobs at once for board a")])
  }

  @Test("What a limit stops makes room for the board's next")
  func room() {
    var facts = facts([waiting(1, "a"), waiting(2, "b")], RuleLimits(atOnce: [.rule: 1]))
    facts.waiting.append(waiting(3, "b", rule: "free"))
    #expect(plan(facts).queue == [1, 3])
    #expect(plan(facts).reasons.keys.sorted() == [2])
  }

  @Test("Once per period: not again before, and again when it is over")
  func oncePer() {
    var facts = facts([waiting(1, "a"), waiting(2, "b")], RuleLimits(oncePer: 3600))
    facts.lastQueued = [1: Self.now - 3599, 2: Self.now - 3600]
    #expect(plan(facts).queue == [2])
    #expect(plan(facts).reasons[1]?.code == .limit)
  }

  @Test("A closed window says when it opens, a paused rule who paused it")
  func windowAndPause() throws {
    let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
    // 18 November 2026, 15:06:40 in Berlin.
    let facts = facts([waiting(1, "a")], RuleLimits(windows: [TimeWindow(from: 22 * 60, to: 360, zone: berlin)]))
    #expect(
      plan(facts).reasons == [1: Reason(.window, "the rule queues nothing before 2026-11-18T21:00:00Z")])
    var paused = self.facts([waiting(1, "a"), waiting(2, "b", rule: "q")], RuleLimits())
    paused.paused = ["r": "flaky"]
    #expect(plan(paused).queue == [2])
    #expect(plan(paused).reasons == [1: Reason(.paused, "the rule is paused: flaky")])
    paused.paused = ["": "move"]
    #expect(plan(paused).reasons[2] == Reason(.paused, "everything is paused: move"))
  }

  @Test("Limits are kept with a decision and read back as they were")
  func json() throws {
    let zone = try #require(TimeZone(identifier: "America/New_York"))
    let limits = RuleLimits(
      atOnce: [.board: 1, .source: 7], oncePer: 60, windows: [TimeWindow(days: [1, 7], from: 1, to: 2, zone: zone)],
      newerBuild: .supersede)
    #expect(RuleLimits(json: limits.json) == limits)
    #expect(RuleLimits(json: RuleLimits().json) == RuleLimits())
  }

  /// The adversary: one source with an endless backlog, older than everything, against others that send now and then;
  /// first on one board, then on a type of which a limit leaves one place. Of equal priority, nobody may wait for more
  /// turns than there are sources on the type and on the board.
  @Test("No source starves another, on a board or under a limit", arguments: [1, 2, 3])
  func starvation(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for isLimited in [false, true] {
      let boards = isLimited ? ["a", "b", "c"] : ["a"]
      let sources = ["flood", "x", "y", "z"]
      var facts = FeedFacts(now: Self.now)
      var next: Int64 = 1
      var since: [String: Int] = [:]
      for round in 0..<200 {
        for source in sources {
          let has = facts.waiting.filter { $0.source == source }.count
          // The flood always has one older than anybody else's: negative numbers are older.
          if source == "flood" ? has < 3 : has == 0 && Bool.random(using: &random) {
            let board = boards.randomElement(using: &random) ?? "a"
            facts.waiting.append(waiting(source == "flood" ? -next : next, board, source: source))
            next += 1
            if since[source] == nil { since[source] = round }
          }
        }
        if isLimited {
          facts.limits = Dictionary(
            facts.waiting.map { ($0.decision, RuleLimits(atOnce: [.deviceType: 1])) }, uniquingKeysWith: { $1 })
        }
        facts.now += 1
        let queue = plan(facts).queue
        #expect(queue.count <= 1)
        for item in facts.waiting where queue.contains(item.id) {
          #expect(
            round - (since[item.source] ?? 0) <= 2 * sources.count, "seed \(seed): \(item.source) waited too long")
          for place in [FeedFacts.Place.board(item.board), .deviceType(item.deviceType)] {
            facts.turns.append(.init(place: place, source: item.source, rule: item.rule, served: facts.now))
          }
        }
        facts.waiting.removeAll { queue.contains($0.id) }
        for source in sources {
          let isWaiting = facts.waiting.contains { $0.source == source }
          let isServed = facts.turns.last.map { $0.source == source && $0.served == facts.now } ?? false
          if isServed { since[source] = isWaiting ? round : nil }
        }
      }
    }
  }
}
