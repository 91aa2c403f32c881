import TestRandom
import Matcher
import Testing

@testable import SchedulerPlugin

/// Protects LAVA's scheduler from deep queues, and the order in which people's jobs come.
@Suite("Feeding plan")
struct FeedPlanTests {
  private func waiting(_ id: Int64, _ board: String, priority: Int = 50, reason: Reason? = nil) -> FeedPlan.Waiting {
    FeedPlan.Waiting(id: id, board: board, priority: priority, reason: reason)
  }

  private func plan(
    _ waiting: [FeedPlan.Waiting], queued: [String: Int] = [:],
    boards: [Board] = [Example.board("a"), Example.board("b")],
    shared: Set<String> = [], window: Int = 1, limit: Int = 100
  ) -> FeedPlan {
    FeedPlan(
      FeedFacts(
        waiting: waiting,
        live: queued.map { .init(board: $0, deviceType: "", rule: "", source: "", queued: $1, running: 0) }),
      lab: Example.lab(boards), shared: shared, terms: Example.terms { $0.window = window }, limit: limit)
  }

  @Test("Each board gets as many jobs as the window allows beyond those queued; the rest hear queue_full")
  func window() {
    let items = [waiting(1, "a"), waiting(2, "a"), waiting(3, "b")]
    let one = plan(items)
    #expect(one.queue == [1, 3])
    #expect(
      one.reasons == [2: Reason(.queueFull, "1 of our jobs stand in LAVA's queue for it; the limit is 1")])
    #expect(plan(items, queued: ["a": 1]).queue == [3])
    #expect(plan(items, queued: ["a": 1], window: 2).queue == [1, 3])
    #expect(plan(items, window: 2).queue == [1, 2, 3])
    #expect(plan(items, queued: ["a": 7]).reasons.keys.sorted() == [1, 2])
  }

  @Test("The highest priority goes first, then the oldest, whatever order they come in")
  func order() {
    let items = [
      waiting(1, "a", priority: 10), waiting(2, "a", priority: 90), waiting(3, "a", priority: 90), waiting(4, "b"),
      waiting(5, "a", priority: 100),
    ]
    var random = SeededRandom(seed: 5)
    for _ in 0..<10 {
      let plan = plan(items.shuffled(using: &random), window: 10)
      #expect(plan.queue == [5, 2, 3, 4, 1])
    }
    #expect(plan(items).queue == [5, 4])
  }

  @Test("A board that is away waits with the fact that keeps it away; a busy one gets its job")
  func away() {
    let boards = [
      Example.board("off", .workerOffline(worker: "w1")), Example.board("sick", .running, .maintenance),
      Example.board("busy", .running), Example.board("full", .workerFull(worker: "w", limit: 1)),
    ]
    let plan = plan(
      [waiting(1, "off"), waiting(2, "sick"), waiting(3, "busy"), waiting(4, "full")], boards: boards)
    #expect(plan.queue == [3, 4])
    #expect(
      plan.reasons == [
        1: Reason(.offline, "worker w1 is offline"), 2: Reason(.maintenance, "its health is Maintenance"),
      ])
    #expect(plan.refused.isEmpty)
  }

  @Test("A reason that stands already is not written again")
  func unchanged() {
    let reason = Reason(.maintenance, "its health is Maintenance")
    let boards = [Example.board("a", .maintenance)]
    #expect(plan([waiting(1, "a", reason: reason)], boards: boards).reasons.isEmpty)
    #expect(plan([waiting(1, "a", reason: Reason(.bad, "its health is Bad"))], boards: boards).reasons == [1: reason])
  }

  @Test("A board that is gone, or whose worker is, ends the assignment instead of waiting for ever")
  func gone() {
    let boards = [Example.board("old", .retired), Example.board("lost", .workerRetired(worker: "w"))]
    let plan = plan([waiting(1, "old"), waiting(2, "lost"), waiting(3, "never")], boards: boards)
    #expect(plan.queue.isEmpty)
    #expect(plan.reasons.isEmpty)
    #expect(plan.refused.mapValues(\.code) == [1: .retired, 2: .retired, 3: .retired])
    #expect(plan.refused[3]?.detail == "LAVA has no such board any more")
  }

  @Test("A board whose own tag is on another board too gets no job: the other board might take it")
  func sharedTag() {
    let plan = plan([waiting(1, "a"), waiting(2, "b")], shared: ["a"])
    #expect(plan.queue == [2])
    #expect(
      plan.reasons == [1: Reason(.tagShared, "tag board-a is on another board too; take it off there")])
  }

  @Test("The limit of one transaction leaves the rest for the next, without a reason of their own")
  func limit() {
    let boards = (1...5).map { Example.board("b\($0)") }
    let plan = plan((1...5).map { waiting(Int64($0), "b\($0)") }, boards: boards, limit: 3)
    #expect(plan.queue == [1, 2, 3])
    #expect(plan.reasons.isEmpty)
  }
}
