public import Matcher

/// What became of an event, board by board, and why: from what was kept when it was decided and what happened since.
public struct Explanation: Sendable {
  /// The event.
  public let stored: StoredEvent
  /// The one board that was asked about, as it is now; nil when all boards were asked about.
  public let board: BoardNow?
  /// The rules that saw the event, by name.
  public let rules: [RuleStory]
  /// How many boards there are beside those of the rules' verdicts that LAVA does not show who asks.
  public let hiddenBoards: Int
  /// Why the other rules ignored it, by name; nil for events that are not decided or were so before this was kept.
  public let ignored: [String: String]?

  /// What one rule made of the event.
  public struct RuleStory: Sendable {
    /// The rule's name.
    public let rule: String
    /// A verdict for each board, by name.
    public let verdicts: [BoardVerdict]
  }

  /// One board's share of a rule's work.
  public struct BoardVerdict: Hashable, Sendable {
    /// LAVA's hostname of the board.
    public let board: String
    /// LAVA's device type of the board when the event was decided.
    public let deviceType: String
    /// The assignment's state, or `none` for a board that got no assignment.
    public let state: String
    /// Every reason why it got nothing, or waits, or was given up; the first one counts.
    public let reasons: [ExplainedReason]
    /// The times and the job; nil for a board that got no assignment.
    public let assignment: Course?
    /// Whether LAVA has the board now.
    public let isInLab: Bool
  }

  /// A reason, and what would end it.
  public struct ExplainedReason: Hashable, Sendable {
    /// The reason.
    public let reason: Reason
    /// What would end it; nil when waiting does not help.
    public let endsWhen: String?
  }

  /// The course of an assignment. Times are RFC 3339, UTC.
  public struct Course: Hashable, Sendable {
    /// LAVA's id of the job; nil while it is open which of a pool's jobs it will be, and for one that LAVA does not show
    /// who asks.
    public internal(set) var jobID: Int?
    /// The tag of the pool one of whose queued jobs is for the board; which one, LAVA decides.
    public let pool: String?
    /// LAVA's health of the finished job: Complete, Incomplete, Canceled; `Deleted` when LAVA has it no more.
    public internal(set) var outcome: String?
    /// The event whose newer build superseded it.
    public let supersededBy: Int?
    /// When it came into being.
    public let createdAt: String
    /// Until when it may wait.
    public let expiresAt: String?
    /// When its job was put into LAVA's queue.
    public let queuedAt: String?
    /// When LAVA started the job.
    public let startedAt: String?
    /// When it came to its end, whichever.
    public let endedAt: String?
    /// What was said at its end where there is no reason with a code: who cancelled it.
    public let words: String?
  }
}

extension Explanation.RuleStory {
  /// How many boards fared how: by the assignment's state, `away` for one that waits for its board to come back, and else
  /// by the first reason's code. What got furthest stands first, then what is commonest.
  public var counts: [(word: String, boards: Int)] {
    let furthest = ["finished", "running", "queued"]
    return Dictionary(verdicts.map { ($0.word, 1) }, uniquingKeysWith: +)
      .map { (word: $0.key, boards: $0.value) }
      .sorted { left, right in
        let places = [left, right].map { furthest.firstIndex(of: $0.word) ?? furthest.count }
        return (places[0], right.boards, left.word) < (places[1], left.boards, right.word)
      }
  }

  /// One sentence: "41 boards: 12 queued, 20 arch, 5 away, 4 limit".
  public var sentence: String {
    let count = verdicts.count
    let parts = counts.map { "\($0.boards) \($0.word)" }
    return "\(count) board\(count == 1 ? "" : "s")" + (parts.isEmpty ? "" : ": \(parts.joined(separator: ", "))")
  }
}

extension Explanation.BoardVerdict {
  /// The word the board is counted under.
  var word: String {
    guard state == "waiting" || state == "none" else { return state }
    guard let code = reasons.first?.reason.code else { return state }
    switch code {
    case .maintenance, .bad, .looping, .offline, .hidden, .unknownState: return "away"
    default: return code.rawValue
    }
  }
}
