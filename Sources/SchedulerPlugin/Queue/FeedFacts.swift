import Foundation
import Matcher

/// What feeding must know beside the lab: what waits, what is under way, what the rules allow, whose turn it is.
struct FeedFacts: Sendable {
  /// The first waiting assignments of each board, rule and line; nothing behind them can be next.
  var waiting: [Waiting] = []
  /// Our jobs in LAVA that are not over, counted.
  var live: [Live] = []
  /// The limits of decisions; one that is absent has none.
  var limits: [Decision: RuleLimits] = [:]
  /// When the assignment's rule last queued a job for the same line and board, for rules with such a limit.
  var lastQueued: [Int64: Date] = [:]
  /// Who was served when.
  var turns: [Turn] = []
  /// Why rules are paused; the empty name stands for all.
  var paused: [String: String] = [:]
  /// What keeps LAVA from taking an assignment's job now, whatever board and queue say; absent where nothing does.
  var refusals: [Int64: Reason] = [:]
  /// PostgreSQL's clock.
  var now = Date.distantPast

  /// A waiting assignment, as far as feeding must know it.
  struct Waiting: Hashable, Sendable {
    let id: Int64
    let board: String
    let priority: Int
    /// The reason that stands in the table now, so that only changes are written.
    var reason: Reason?
    var event: Int64 = 0
    var rule = ""
    var source = ""
    var deviceType = ""
    /// LAVA's id of the user whose job it would be.
    var submitter = 0
    var shape: Int64 = 0
    /// How the job would find its board.
    var route = BoardRoute.ownTag

    var decision: Decision { Decision(event: event, rule: rule) }
  }

  /// What one rule made of one event.
  struct Decision: Hashable, Sendable {
    let event: Int64
    let rule: String
  }

  /// So many jobs of ours of one kind.
  struct Live: Hashable, Sendable {
    let board: String
    let deviceType: String
    let rule: String
    let source: String
    /// How many stand in LAVA's queue.
    let queued: Int
    /// How many run.
    let running: Int
  }

  /// When a source's rule was last served on a board or a device type.
  struct Turn: Hashable, Sendable {
    let place: Place
    let source: String
    let rule: String
    let served: Date
  }

  /// Where turns are taken.
  enum Place: Hashable, Sendable {
    case board(String)
    case deviceType(String)
  }
}
