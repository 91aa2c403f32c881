import BoardInventory
import Matcher

/// Which waiting assignments go into LAVA's queue now, and why the others stay. Pure.
///
/// LAVA's queue holds at most `window` jobs of ours per board, because the scheduler of LAVA 2023.01 walks all queued
/// jobs for every idle board (lava-database.md, 5.6). Per board the highest priority goes first, then the oldest.
struct FeedPlan: Hashable, Sendable {
  /// A waiting assignment, as far as feeding must know it.
  struct Waiting: Hashable, Sendable {
    let id: Int64
    let board: String
    let priority: Int
    /// The reason that stands in the table now, so that only changes are written.
    let reason: Reason?
  }

  /// Assignments to queue, in the order in which they shall stand in LAVA's queue.
  let queue: [Int64]
  /// New reasons of assignments that go on waiting.
  let reasons: [Int64: Reason]
  /// Assignments whose board LAVA does not have any more, or has retired.
  let refused: [Int64: Reason]

  /// - Parameters:
  ///   - queued: how many jobs of ours stand in LAVA's queue, by board.
  ///   - shared: boards whose own tag another board carries too.
  ///   - limit: how many to queue at most in one transaction.
  ///   - facts: availability read just now, by board, which goes before the snapshot's; nil where LAVA has no such board.
  init(
    waiting: [Waiting], queued: [String: Int], lab: LabSnapshot, shared: Set<String> = [], window: Int = 1, limit: Int,
    facts: [String: Availability?] = [:]
  ) {
    var queue: [Int64] = []
    var reasons: [Int64: Reason] = [:]
    var refused: [Int64: Reason] = [:]
    var queued = queued
    for item in waiting.sorted(by: { ($1.priority, $0.id) < ($0.priority, $1.id) }) {
      let availability = facts[item.board] ?? lab.board(named: item.board)?.board.availability
      switch Self.obstacle(
        item, availability, queued: queued[item.board] ?? 0, shared: shared, window: window)
      {
      case nil where queue.count < limit:
        queue.append(item.id)
        queued[item.board, default: 0] += 1
      case nil: continue
      case let reason? where reason.code == .retired: refused[item.id] = reason
      case let reason?: if reason != item.reason { reasons[item.id] = reason }
      }
    }
    self.queue = queue
    self.reasons = reasons
    self.refused = refused
  }

  private static func obstacle(
    _ item: Waiting, _ availability: Availability?, queued: Int, shared: Set<String>, window: Int
  ) -> Reason? {
    guard let availability else {
      return Reason(.retired, "LAVA has no such board any more")
    }
    switch availability.kind {
    case .gone, .away: return availability.facts.first.map(Reason.init)
    case .ready, .busy: break
    }
    if shared.contains(item.board) {
      return Reason(
        .tagShared, "tag \(BoardTag.name(for: item.board)) is on another board too; take it off there")
    }
    if queued >= window {
      return Reason(.queueFull, "\(queued) of our jobs stand in LAVA's queue for it; the limit is \(window)")
    }
    return nil
  }
}
