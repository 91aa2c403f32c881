import Matcher

/// Why boards do not fit, found once for boards that are alike: a lab has many of a type, and a burst asks about each.
struct AlikeBoards {
  private let demanded: Requirements
  private let narrowing: Requirements
  /// By device type: one board, and why it does not fit.
  private var known: [String: (board: Board, mismatches: [Reason])] = [:]

  init(_ demanded: Requirements, _ narrowing: Requirements) {
    self.demanded = demanded
    self.narrowing = narrowing
  }

  /// All that keeps the board from the jobs, each reason once.
  mutating func reasons(_ board: Board) -> [Reason] {
    mismatches(board) + board.availability.facts.map(Reason.init)
  }

  private mutating func mismatches(_ board: Board) -> [Reason] {
    // Beside these, only tags tell boards of a type apart, and where none is demanded they do not count.
    let areTagsAsked = !demanded.tags.isEmpty || !narrowing.tags.isEmpty
    if !areTagsAsked, let alike = known[board.deviceType], alike.board.capabilities == board.capabilities,
      alike.board.aliases == board.aliases
    {
      return alike.mismatches
    }
    var all: [Reason] = []
    for reason in board.verdict(for: demanded).mismatches + board.verdict(for: narrowing).mismatches
    where !all.contains(reason) {
      all.append(reason)
    }
    known[board.deviceType] = (board, all)
    return all
  }
}
