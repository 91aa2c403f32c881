import BuildEvents
import Foundation
import Matcher
import PostgresClient

/// What would end the reasons of one event's boards: who paused what, how full limits are, whose turn it was.
struct WaysOut {
  private var pauses: [String: RulePause] = [:]
  private var limits: [String: RuleLimits] = [:]
  private var live: [FeedFacts.Live] = []
  private var last: [String: String] = [:]
  private var source = ""

  /// Reads what the reasons at hand call for, and no more.
  static func read(
    _ decisions: [Explanation.Decision], _ assignments: [Explanation.Assignment], event: StoredEvent, board: String?,
    _ session: borrowing PostgresSession
  ) throws -> WaysOut {
    var ways = WaysOut()
    ways.source = event.event.source
    ways.limits = Dictionary(decisions.map { ($0.rule, $0.limits) }, uniquingKeysWith: { first, _ in first })
    let codes = Set(assignments.filter { $0.state == "waiting" }.compactMap(\.reason?.code))
    if codes.contains(.paused) {
      for pause in try RulePause.all(session) { ways.pauses[pause.rule ?? ""] = pause }
    }
    guard codes.contains(.limit) else { return ways }
    ways.live = try session.query(FeedSQL.live).map { row in
      FeedFacts.Live(
        board: try row.string("board"), deviceType: try row.string("device_type"), rule: try row.string("rule"),
        source: try row.string("source"), queued: try row.int("queued"), running: try row.int("running"))
    }
    if let board {
      for decision in decisions where decision.limits.oncePer != nil {
        ways.last[decision.rule] = try session.query(
          lastOfLine, [.text(decision.rule), .text(decision.line), .text(board)]
        ).first {
          "event \(try $0.int("event_id")) had job \(try $0.int("job_id")) queued at \(try $0.string("queued"))"
        }
      }
    }
    return ways
  }

  /// What would end a reason; nil when waiting does not help.
  ///
  /// - Parameter item: the assignment that waits for it; nil where none was made.
  func out(of reason: Reason, _ item: Explanation.Assignment?) -> String? {
    guard item?.state ?? "waiting" == "waiting" else { return nil }
    if item != nil, let mend = Self.mend(reason.code) { return mend }
    guard reason.waitingHelps else { return nil }
    switch reason.code {
    case .busy: return "its job is over"
    case .maintenance, .bad, .looping: return "somebody sets its health in LAVA to Good or Unknown"
    case .offline: return "its worker is online and active"
    case .hidden: return "somebody lets LAVA show the device type"
    case .queueFull: return "LAVA starts one of our jobs that stand in its queue there"
    case .healthCheck: return "LAVA has checked its health again; 'boardcast events retry' decides on it then"
    case .window: return "the window opens"
    case .paused: return item.map { resumption($0.rule) }
    case .limit: return item.map(fullness)
    default: return "LAVA says something that Boardcast understands"
    }
  }

  /// What somebody must do for an assignment that waits for it; as soon as that is done it is queued.
  private static func mend(_ code: Reason.Code) -> String? {
    switch code {
    case .permission: "somebody gives the permission back"
    case .userInactive: "somebody lets the user be active in LAVA again"
    case .tag: "somebody gives the board the tag back in LAVA"
    case .definition: "somebody puts back in LAVA what the job names"
    default: nil
    }
  }

  private func resumption(_ rule: String) -> String {
    guard let pause = pauses[""] ?? pauses[rule] else { return "the writer looks again; nothing is paused any more" }
    return "somebody resumes what \(pause.author) paused at \(pause.since): boardcast rules resume "
      + (pause.rule ?? "--all")
  }

  /// Every limit of the rule that is full now, with how full; else the period, with the job that began it.
  private func fullness(_ item: Explanation.Assignment) -> String {
    let limits = limits[item.rule] ?? RuleLimits()
    let full = RuleLimits.Scope.allCases.compactMap { scope -> String? in
      guard let most = limits.atOnce[scope] else { return nil }
      let (name, counted) =
        switch scope {
        case .board: (item.board, live.filter { $0.board == item.board })
        case .deviceType: (item.deviceType, live.filter { $0.deviceType == item.deviceType })
        case .rule: (item.rule, live.filter { $0.rule == item.rule })
        case .source: (source, live.filter { $0.source == source })
        }
      let count = counted.reduce(0) { $0 + $1.queued + $1.running }
      return count >= most ? "\(scope.rawValue) \(name), \(count) of \(most)" : nil
    }
    if !full.isEmpty { return "a job of ours is over: \(full.joined(separator: "; "))" }
    if limits.oncePer != nil { return "the period is over" + (last[item.rule].map { "; \($0)" } ?? "") }
    return "the writer looks again; the limit has room now"
  }

  private static let lastOfLine: SQL = """
    SELECT event_id, job_id, to_char(queued_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS queued
      FROM boardcast.assignment
     WHERE rule = $1 AND line = $2 AND board = $3 AND queued_at IS NOT NULL AND job_id IS NOT NULL
     ORDER BY queued_at DESC LIMIT 1
    """
}
