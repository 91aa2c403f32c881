public import BoardInventory
public import Matcher
public import PostgresClient

/// Everything there is to say about one event: what each rule did with each board, and why not.
public struct EventReport: Sendable {
  /// The event.
  public let stored: StoredEvent
  /// A line per rule and board, ordered by rule and board.
  public let lines: [Line]
  /// How many boards there are beside those of the lines that LAVA does not show who asks.
  public let hiddenBoards: Int
  /// Who was told of the event's end and of its jobs', or is to be.
  public let callbacks: [CallbackRow]

  /// What became of one board under one rule.
  public struct Line: Hashable, Sendable {
    /// The rule's name.
    public let rule: String
    /// LAVA's hostname of the board.
    public let board: String
    /// LAVA's device type of the board.
    public let deviceType: String
    /// The assignment's state, or `none` for a board that got no assignment.
    public let state: String
    /// Why it got nothing, or waits.
    public let reasons: [Reason]
    /// LAVA's id of the job; nil while it is open which of a pool's jobs it will be, and for one that LAVA does not show
    /// who asks.
    public internal(set) var jobID: Int?
    /// Whether one of a pool's queued jobs is for the board, which one LAVA decides.
    public let isByPool: Bool
    /// LAVA's health of the finished job: Complete, Incomplete, Canceled; `Deleted` when LAVA has it no more.
    public internal(set) var outcome: String?
    /// Seconds from the event's arrival until the job stood in LAVA's queue.
    public let secondsToQueued: Double?
    /// Seconds from the event's arrival until the job was started on the board.
    public let secondsToStarted: Double?
    /// Seconds from the event's arrival until the job was over.
    public let secondsToFinished: Double?
  }

  /// Reads the report of an event; boards without an assignment are those the lab has now. nil for no such event, and for
  /// one that is not shown.
  public static func read(
    _ id: Int64, catalogue: DeviceCatalogue, sight: Sight = .all, _ session: borrowing PostgresSession
  ) throws -> EventReport? {
    guard let stored = try EventStore.event(id, session), sight.shows(stored) else { return nil }
    let summaries = try readSummaries(id, session)
    let lab = try LabSnapshot.read(session, catalogue: catalogue)
    let then = try Roster.boards(at: id, only: nil, session)
    var lines = try readAssignments(id, session)
    let assigned = Set(lines.map { [$0.rule, $0.board] })
    for (rule, summary) in summaries {
      for board in lab.boards.map(\.board) where !assigned.contains([rule, board.hostname]) {
        let wasThere = then.map { $0[board.hostname] != nil } ?? true
        lines.append(
          Line(
            rule: rule, board: board.hostname, deviceType: board.deviceType, state: "none",
            reasons: wasThere
              ? summary.reasons(board: board.hostname, deviceType: board.deviceType) : [Explanation.notThere],
            jobID: nil, isByPool: false, outcome: nil, secondsToQueued: nil, secondsToStarted: nil,
            secondsToFinished: nil))
      }
    }
    let hidden = Set(lines.filter { !sight.shows(board: $0.board, deviceType: $0.deviceType) }.map(\.board))
    lines.removeAll { hidden.contains($0.board) }
    let jobs = try sight.shown(jobs: lines.compactMap(\.jobID), session)
    for place in lines.indices where lines[place].jobID.map(jobs.contains) == false {
      lines[place].jobID = nil
      lines[place].outcome = nil
    }
    return EventReport(
      stored: stored, lines: lines.sorted { ($0.rule, $0.board) < ($1.rule, $1.board) }, hiddenBoards: hidden.count,
      callbacks: try CallbackRow.read(id, session))
  }
}
