import BuildEvents
import Foundation
import LabSupport
import Matcher
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// What must be true after every step of a lab's life, looked up in the real tables.
struct DatabaseInvariants {
  /// An assignment with what LAVA says of its board and job.
  struct Row {
    let id: Int64, event: Int64
    let rule: String, board: String, type: String, source: String, line: String, state: String
    let priority: Int
    let reason: String?
    let job: Int?
    /// Seconds since it was queued.
    let queuedAgo: Double?
    /// LAVA's device.health; nil when LAVA has the board no more.
    let health: Int?
    let isWorkerOnline: Bool
    /// Whether its job finds it by a pool.
    let isByPool: Bool
  }

  let window: Int
  let typeWindow: Int
  let limits: [String: RuleLimits]
  /// How many statements were looked at.
  private(set) var checks = 0
  private var states: [Int64: String] = [:]
  private var passedOver: [Int64: Int] = [:]

  init(window: Int, typeWindow: Int, rules: [any Rule]) {
    self.window = window
    self.typeWindow = typeWindow
    limits = Dictionary(
      uniqueKeysWithValues: rules.compactMap { rule in rule.declaration.map { (rule.name, $0.plan.limits) } })
  }

  /// Looks at everything.
  ///
  /// - Parameter place: where in the simulation it is, for messages.
  mutating func check(_ lab: TestLab, _ place: String) async throws -> (open: Int, all: Int, jobs: Int) {
    try await checkCounts(lab, place)
    let (rows, paused, jobs) = try await lab.connection.withTransaction(.repeatableRead, readOnly: true) { session in
      (
        try session.query(Self.rows).map(Row.init),
        Set(try session.query("SELECT rule FROM boardcast.pause").map { try $0.string("rule") }),
        try session.query("SELECT count(*)::int AS n FROM lava_scheduler_app_testjob WHERE description <> 'foreign'")
          .only { try $0.int("n") }
      )
    }
    let live = rows.filter { $0.state == "queued" || $0.state == "running" }
    let new = rows.filter { $0.state == "queued" && states[$0.id] != "queued" }
    checkSteps(rows, place)
    checkQueue(live, place)
    checkNew(new, live, rows, place)
    checkTurns(rows, new, place)
    checkReasons(rows, live, paused, place)
    states = Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0.state) })
    return (live.count + rows.count { $0.state == "waiting" }, rows.count, jobs)
  }

  /// Nothing lost, nothing doubled.
  private mutating func checkCounts(_ lab: TestLab, _ place: String) async throws {
    for (what, sql) in Self.mustBeNone {
      checks += 1
      #expect(try await lab.count(sql) == 0, "\(place): \(what)")
    }
  }

  private mutating func checkSteps(_ rows: [Row], _ place: String) {
    let now = Set(rows.map(\.id))
    #expect(states.keys.allSatisfy(now.contains), "\(place): an assignment is gone")
    for row in rows {
      guard let old = states[row.id], old != row.state else { continue }
      checks += 1
      let after = AssignmentState(rawValue: old).map(Self.reachable) ?? []
      #expect(after.contains { $0.rawValue == row.state }, "\(place): \(row.id) was \(old), is \(row.state)")
    }
  }

  /// A round may take several steps: a job that another board took leaves an assignment whose board is gone.
  private static func reachable(_ state: AssignmentState) -> Set<AssignmentState> {
    var found: Set<AssignmentState> = []
    var new = state.next
    while !new.isEmpty {
      found.formUnion(new)
      new = Set(new.flatMap(\.next)).subtracting(found)
    }
    return found
  }

  private mutating func checkQueue(_ live: [Row], _ place: String) {
    let queued = live.filter { $0.state == "queued" }
    for (board, rows) in Dictionary(grouping: queued, by: \.board) {
      checks += 1
      #expect(rows.count <= window, "\(place): \(board) has \(rows.count) queued")
    }
    for (type, rows) in Dictionary(grouping: queued, by: \.type) {
      checks += 1
      #expect(rows.count <= typeWindow, "\(place): \(type) has \(rows.count) queued")
    }
  }

  /// What was queued just now is on a board that matches and is in service, and within every limit of its rule.
  private mutating func checkNew(_ new: [Row], _ live: [Row], _ rows: [Row], _ place: String) {
    // A board of a pool may have taken its job already.
    let begun = live.filter { !["queued", "running"].contains(states[$0.id] ?? "") }
    let counts = Self.counts(live)
    // Rules without the limit may go on after the limited one was queued.
    let later = Self.counts(begun) { limits[$0.rule]?.atOnce[$1] == nil }
    let lines = Dictionary(grouping: rows.filter { limits[$0.rule]?.oncePer != nil }, by: Self.lineOnBoard)
    for row in new {
      checks += 1
      #expect(row.health == 0 || row.health == 1, "\(place): \(row.board) is away: \(row.health ?? -1)")
      #expect(row.isWorkerOnline, "\(place): the worker of \(row.board) is offline")
      #expect(!["sim-10", "sim-11"].contains(row.type), "\(place): \(row.board) cannot run it")
      #expect(row.rule != "nightly" || !row.board.hasSuffix("7"), "\(place): \(row.board) is left out")
      guard let limits = limits[row.rule] else { continue }
      for (scope, most) in limits.atOnce {
        let key = Self.key(scope)(row)
        let count = counts[scope]?[key] ?? 0
        #expect(count <= most + (later[scope]?[key] ?? 0), "\(place): \(row.rule) \(scope) \(count) > \(most)")
      }
      if let period = limits.oncePer {
        let twin = lines[Self.lineOnBoard(row)]?.first {
          $0.id != row.id && ($0.queuedAgo ?? .infinity) < Double(period)
        }
        #expect(twin == nil, "\(place): \(row.board) twice within the period")
      }
    }
  }

  /// Nobody is passed over for more turns than there are sources and rules.
  private mutating func checkTurns(_ rows: [Row], _ new: [Row], _ place: String) {
    let served = Dictionary(grouping: new, by: \.board)
    for row in rows where row.state == "waiting" && row.reason == "queue_full" && states[row.id] == "waiting" {
      guard let others = served[row.board], others.contains(where: { $0.priority <= row.priority }) else { continue }
      checks += 1
      // Of its own rule and line the older goes first.
      if others.contains(where: { $0.rule == row.rule && $0.source == row.source }) { continue }
      passedOver[row.id, default: 0] += 1
      #expect(
        passedOver[row.id, default: 0] <= 40, "\(place): \(row.source) \(row.rule) waits on \(row.board) for ever")
    }
  }

  /// Every wait has a reason that is true now, and that waiting may end.
  private mutating func checkReasons(_ rows: [Row], _ live: [Row], _ paused: Set<String>, _ place: String) {
    // Whoever is about to join a pool keeps the place it was given.
    let live = live + rows.filter { $0.state == "waiting" && $0.reason == "busy" }
    let busyBoards = Set(live.map(\.board))
    let fullTypes = Dictionary(grouping: live.filter { $0.state != "running" }, by: \.type).filter {
      $0.value.count >= typeWindow
    }
    let counts = Self.counts(live)
    for row in rows where row.state == "waiting" {
      checks += 1
      guard let code = row.reason.flatMap(Reason.Code.init(rawValue:)) else {
        Issue.record("\(place): \(row.id) waits for no reason")
        continue
      }
      let limits = limits[row.rule] ?? RuleLimits()
      let isTrue =
        switch code {
        case .paused: paused.contains("") || paused.contains(row.rule)
        case .maintenance: row.health == 4
        case .offline: !row.isWorkerOnline
        case .queueFull: busyBoards.contains(row.board) || fullTypes[row.type] != nil
        case .busy: row.isByPool
        case .limit:
          limits.oncePer != nil
            || limits.atOnce.contains { scope, most in (counts[scope]?[Self.key(scope)(row)] ?? 0) >= most }
        default: false
        }
      #expect(isTrue, "\(place): \(row.id) of \(row.rule) on \(row.board) (health \(row.health ?? -1)) says \(code)")
      #expect(code.waitingHelps)
    }
  }

  /// How many of the rows share each board, type, rule and source.
  private static func counts(
    _ rows: [Row], where counts: (Row, RuleLimits.Scope) -> Bool = { _, _ in true }
  ) -> [RuleLimits.Scope: [String: Int]] {
    var found: [RuleLimits.Scope: [String: Int]] = [:]
    for scope in RuleLimits.Scope.allCases {
      let key = key(scope)
      for row in rows where counts(row, scope) { found[scope, default: [:]][key(row), default: 0] += 1 }
    }
    return found
  }

  private static func lineOnBoard(_ row: Row) -> [String] { [row.rule, row.line, row.board] }

  private static func key(_ scope: RuleLimits.Scope) -> (Row) -> String {
    switch scope {
    case .board: \.board
    case .deviceType: \.type
    case .rule: \.rule
    case .source: \.source
    }
  }

  private static let rows: SQL = """
    SELECT a.id, a.event_id, a.rule, a.board, a.device_type, a.source, a.line, a.state, a.priority, a.reason, a.job_id,
           extract(epoch FROM clock_timestamp() - a.queued_at)::float8 AS queued_ago, d.health,
           coalesce(w.state = 0, false) AS online, s.by_pool
      FROM boardcast.assignment a
      JOIN boardcast.shape s ON s.id = a.shape_id
      LEFT JOIN lava_scheduler_app_device d ON d.hostname = a.board
      LEFT JOIN lava_scheduler_app_worker w ON w.hostname = d.worker_host_id
    """

  private static let mustBeNone: [(String, SQL)] = [
    (
      "a job of ours that no assignment knows",
      """
      SELECT count(*)::int AS count FROM lava_scheduler_app_testjob j
       WHERE j.description <> 'foreign' AND NOT EXISTS (SELECT FROM boardcast.assignment a WHERE a.job_id = j.id)
      """
    ),
    (
      "two assignments with one job",
      "SELECT (count(job_id) - count(DISTINCT job_id))::int AS count FROM boardcast.assignment"
    ),
    (
      "an assignment whose job is gone and that is not over",
      """
      SELECT count(*)::int AS count FROM boardcast.assignment a
       WHERE a.state IN ('queued', 'running')
         -- Whose job of a pool it was is told when the others are over.
         AND NOT (a.state = 'queued' AND a.pool_id IS NOT NULL)
         AND NOT EXISTS (SELECT FROM lava_scheduler_app_testjob j WHERE j.id = a.job_id)
      """
    ),
    (
      "a decision that has not as many assignments as it made",
      """
      SELECT count(*)::int AS count FROM boardcast.decision d
       WHERE (d.summary ->> 'assigned')::int
             <> (SELECT count(*) FROM boardcast.assignment a WHERE a.event_id = d.event_id AND a.rule = d.rule)
      """
    ),
    ("an event that nobody decided", "SELECT count(*)::int AS count FROM boardcast.event WHERE state = 'accepted'"),
    (
      "a job that runs on another board than its assignment says",
      """
      SELECT count(*)::int AS count FROM boardcast.assignment a JOIN lava_scheduler_app_testjob j ON j.id = a.job_id
       WHERE a.state = 'running' AND j.actual_device_id <> a.board
      """
    ),
    (
      "a board that runs two jobs",
      """
      SELECT count(*)::int AS count
        FROM (SELECT FROM lava_scheduler_app_testjob WHERE state = 3 GROUP BY actual_device_id HAVING count(*) > 1) x
      """
    ),
  ]
}

extension DatabaseInvariants.Row {
  init(_ row: borrowing PostgresRow) throws {
    self.init(
      id: Int64(try row.int("id")), event: Int64(try row.int("event_id")), rule: try row.string("rule"),
      board: try row.string("board"), type: try row.string("device_type"), source: try row.string("source"),
      line: try row.string("line"), state: try row.string("state"), priority: try row.int("priority"),
      reason: try row.optionalString("reason"), job: try row.optionalInt("job_id"),
      queuedAgo: try row.optionalDouble("queued_ago"), health: try row.optionalInt("health"),
      isWorkerOnline: try row.bool("online"), isByPool: try row.bool("by_pool"))
  }
}
