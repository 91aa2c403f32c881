internal import BoardInventory
internal import BuildEvents
internal import Matcher
public import PostgresClient

extension Explanation {
  /// Reads the explanation of an event; call it inside one REPEATABLE READ transaction.
  ///
  /// - Parameters:
  ///   - board: LAVA's hostname of the one board to tell of; nil tells of all.
  ///   - sight: what who asks may see.
  /// - Returns: nil when there is no such event, or it is not shown.
  /// - Throws: `UnknownBoard` when neither LAVA has the board nor had it when the event was decided, or it is not shown.
  public static func read(
    _ id: Int64, board: String? = nil, sight: Sight = .all, _ session: borrowing PostgresSession
  ) throws -> Explanation? {
    guard let stored = try EventStore.event(id, session), sight.shows(stored) else { return nil }
    var now = try Roster.boardsNow(only: board, session)
    var then = try Roster.boards(at: id, only: board, session)
    let decisions = try decisions(id, session)
    var assignments = try assignments(id, only: board, session)
    var hidden: Set<String> = []
    for (board, type) in Array(now) + Array(then ?? [:]) + assignments.map({ ($0.board, $0.deviceType) })
    where !sight.shows(board: board, deviceType: type) { hidden.insert(board) }
    if !hidden.isEmpty {
      now = now.filter { !hidden.contains($0.key) }
      then = then?.filter { !hidden.contains($0.key) }
      assignments.removeAll { hidden.contains($0.board) }
    }
    if let board, now[board] == nil, then?[board] == nil, assignments.isEmpty {
      let names = try Roster.boardsNow(only: nil, session).filter { sight.shows(board: $0.key, deviceType: $0.value) }
      throw UnknownBoard(board: board, near: NearestName.to(board, among: names.keys.sorted()))
    }
    let jobs = try sight.shown(jobs: assignments.compactMap(\.course.jobID), session)
    for place in assignments.indices where assignments[place].course.jobID.map(jobs.contains) == false {
      assignments[place].course.jobID = nil
      assignments[place].course.outcome = nil
    }
    let ways = try WaysOut.read(decisions, assignments, event: stored, board: board, session)
    let stories = decisions.map { decision in
      let own = assignments.filter { $0.rule == decision.rule }
      return RuleStory(rule: decision.rule, verdicts: verdicts(decision, own, now: now, then: then, ways))
    }
    return Explanation(
      stored: stored, board: try board.flatMap { try BoardNow.read($0, sight: sight, session) }, rules: stories,
      hiddenBoards: hidden.count, ignored: try IgnoredRules.read(id, session))
  }

  /// What boards hear that came later.
  static let notThere = Reason(.notThere, "the board was not in the lab when the event was decided")

  private static func verdicts(
    _ decision: Decision, _ assignments: [Assignment], now: [String: String], then: [String: String]?, _ ways: WaysOut
  ) -> [BoardVerdict] {
    var verdicts = assignments.map { item in
      BoardVerdict(
        board: item.board, deviceType: item.deviceType, state: item.state,
        reasons: item.reason.map { [.init(reason: $0, endsWhen: ways.out(of: $0, item))] } ?? [],
        assignment: item.course, isInLab: now[item.board] != nil)
    }
    let assigned = Set(assignments.map(\.board))
    // Nobody noted the boards of decisions from before the roster: those of today stand for them.
    for (board, type) in then ?? now where !assigned.contains(board) {
      let reasons = decision.summary.reasons(board: board, deviceType: type)
      verdicts.append(
        BoardVerdict(
          board: board, deviceType: type, state: "none",
          reasons: reasons.map { .init(reason: $0, endsWhen: ways.out(of: $0, nil)) }, assignment: nil,
          isInLab: now[board] != nil))
    }
    if let then {
      for (board, type) in now where then[board] == nil && !assigned.contains(board) {
        verdicts.append(
          BoardVerdict(
            board: board, deviceType: type, state: "none", reasons: [.init(reason: notThere, endsWhen: nil)],
            assignment: nil, isInLab: true))
      }
    }
    return verdicts.sorted { $0.board < $1.board }
  }
}

/// Nobody knows the board.
public struct UnknownBoard: Error, Hashable, Sendable, CustomStringConvertible {
  let board: String
  let near: String?
  /// One line, with the name that was probably meant.
  public var description: String {
    "LAVA has no board '\(board)', nor had it when the event was decided"
      + (near.map { "; did you mean '\($0)'?" } ?? "")
  }
}
