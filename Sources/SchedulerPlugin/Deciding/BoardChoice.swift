import BoardInventory
import Matcher

/// Which of the boards that can run an artifact get a job, when a rule does not want them all. Pure: the same lab and
/// the same event, the same choice; another event, another board of those that are equally good.
struct BoardChoice {
  /// A board that could be chosen.
  struct Candidate: Hashable {
    /// Position in the lab's boards.
    let position: Int
    /// Position in the decision's shapes.
    let shape: Int
  }

  let chosen: [Candidate]
  let notChosen: [Candidate]
  /// What the boards hear that were not chosen.
  let reason: Reason

  /// Free boards come before busy ones, busy ones before those that are away. Of those, the type that has least of the
  /// chosen boards so far, then the worker; then a number mixed from the event and the board's name.
  init(_ target: TestPlan.Target, among candidates: [Candidate], lab: LabSnapshot, seed: UInt64) {
    let count: Int
    switch target {
    case .eachBoard:
      chosen = candidates
      notChosen = []
      reason = Reason(.notChosen, "")
      return
    case .eachDeviceType:
      reason = Reason(.notChosen, "the rule wants one board of each device type, and another one was chosen")
      let byType = Dictionary(grouping: candidates) { lab.boards[$0.position].board.deviceType }
      let best = byType.values.compactMap { boards in
        boards.min { Self.rank($0, lab, seed) < Self.rank($1, lab, seed) }
      }
      chosen = best.sorted { $0.position < $1.position }
      let taken = Set(chosen)
      notChosen = candidates.filter { !taken.contains($0) }
      return
    case .any(let wanted): count = wanted
    }
    reason = Reason(.notChosen, "the rule wants \(count) boards, and others were chosen")
    var left = candidates.sorted { Self.rank($0, lab, seed) < Self.rank($1, lab, seed) }
    var chosen: [Candidate] = []
    var perType: [String: Int] = [:]
    var perWorker: [String: Int] = [:]
    while chosen.count < count, !left.isEmpty {
      // The first of those that are least like what was chosen, within the best availability there is.
      let best = left.indices.min { one, other in
        func crowd(_ index: Int) -> (Int, Int, Int, Int) {
          let board = lab.boards[left[index].position]
          return (
            Self.rank(left[index], lab, seed).0, perType[board.board.deviceType] ?? 0,
            perWorker[board.row.worker?.hostname ?? ""] ?? 0, index
          )
        }
        return crowd(one) < crowd(other)
      }
      guard let best else { break }
      let next = left.remove(at: best)
      chosen.append(next)
      perType[lab.boards[next.position].board.deviceType, default: 0] += 1
      perWorker[lab.boards[next.position].row.worker?.hostname ?? "", default: 0] += 1
    }
    self.chosen = chosen.sorted { $0.position < $1.position }
    notChosen = left
  }

  private static func rank(_ candidate: Candidate, _ lab: LabSnapshot, _ seed: UInt64) -> (Int, UInt64, Int) {
    let board = lab.boards[candidate.position].board
    let free: Int =
      switch board.availability.kind {
      case .ready: 0
      case .busy: 1
      case .away: 2
      case .gone: 3
      }
    var mixed = StableHash(seed: seed)
    mixed.combine(board.hostname)
    return (free, mixed.value, candidate.position)
  }
}
