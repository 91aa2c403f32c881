import BoardInventory
import Matcher

/// Which waiting assignments go into LAVA's queue now, and why the others stay. Pure.
///
/// LAVA's queue holds at most `terms.window` jobs of ours per board, because the scheduler of LAVA 2023.01 walks all queued
/// jobs for every idle board (lava-database.md, 5.6). The highest priority goes first. Among equals sources take turns,
/// and the rules of a source: on each board, and on each device type for what limits leave (`FeedOrder`). Whoever is
/// next on a device type lets those go first on its board that were served there longer ago; so nobody of the same
/// priority waits for more turns than there are sources and rules on the type and on the board.
struct FeedPlan: Hashable, Sendable {
  typealias Waiting = FeedFacts.Waiting

  /// Assignments to queue, in the order in which they shall stand in LAVA's queue.
  let queue: [Int64]
  /// New reasons of assignments that go on waiting.
  let reasons: [Int64: Reason]
  /// Assignments whose board LAVA does not have any more, or has retired, and those whose user LAVA has no more.
  let refused: [Int64: Reason]

  /// - Parameters:
  ///   - facts: what waits, and what must be known of it.
  ///   - shared: boards whose own tag another board carries too.
  ///   - terms: how many jobs of ours LAVA's queue may hold.
  ///   - limit: how many to queue at most in one transaction.
  ///   - fresh: availability read just now, by board, which goes before the snapshot's; nil where LAVA has no such board.
  init(
    _ facts: FeedFacts, lab: LabSnapshot, shared: Set<String> = [], terms: SubmissionTerms = SubmissionTerms(),
    limit: Int, fresh: [String: Availability?] = [:]
  ) {
    var obstacles = FeedObstacles(facts)
    var turns = FeedTurns(facts)
    var reasons: [Int64: Reason] = [:]
    var refused: [Int64: Reason] = [:]
    var able: [String: [Waiting]] = [:]
    for item in facts.waiting {
      let availability = fresh[item.board] ?? lab.board(named: item.board)?.board.availability
      switch obstacles.own(item, availability, shared: shared) {
      case nil: able[item.board, default: []].append(item)
      case let reason? where reason.code.endsAssignment: refused[item.id] = reason
      case let reason?: reasons[item.id] = reason
      }
    }
    var chosen: [Waiting] = []
    var done: Set<Int64> = []
    var order = FeedOrder(able.values.flatMap { $0 }, turns)
    while chosen.count < limit, let item = order.next(turns, done: done) {
      while !done.contains(item.id), chosen.count < limit {
        let onBoard = (able[item.board] ?? []).filter { $0.priority == item.priority && !done.contains($0.id) }
        let rivals = onBoard.filter { $0.id == item.id || obstacles.limit($0) == nil }
        let next = rivals.min { turns.comes($0, before: $1) } ?? item
        done.insert(next.id)
        if let reason = obstacles.full(next, terms) ?? obstacles.limit(next) {
          reasons[next.id] = reason
        } else {
          chosen.append(next)
          obstacles.count(next)
          turns.serve(next)
        }
      }
    }
    queue = chosen.enumerated().sorted { ($1.element.priority, $0.offset) < ($0.element.priority, $1.offset) }
      .map(\.element.id)
    let old = Dictionary(facts.waiting.map { ($0.id, $0.reason) }, uniquingKeysWith: { first, _ in first })
    self.reasons = reasons.filter { old[$0.key] != $0.value }
    self.refused = refused
  }
}
