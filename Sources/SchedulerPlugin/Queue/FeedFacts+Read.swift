import BuildEvents
import Foundation
import Matcher
import PostgresClient

extension FeedFacts {
  /// Reads what feeding must know.
  ///
  /// - Parameters:
  ///   - window: how many jobs of ours LAVA's queue may hold per board.
  ///   - grants: which rules may submit in the name of another user than the event's.
  static func read(window: Int, grants: SubmitterGrants = .none, _ session: borrowing PostgresSession) throws
    -> FeedFacts
  {
    var facts = FeedFacts()
    var shapes: [Int64] = []
    facts.waiting = try session.query(FeedSQL.firstWaiting, [PostgresValue(window)]).map { row in
      shapes.append(Int64(try row.int("shape_id")))
      let code = try row.optionalString("reason").flatMap(Reason.Code.init(rawValue:))
      let detail = try row.optionalString("detail") ?? ""
      return Waiting(
        id: Int64(try row.int("id")), board: try row.string("board"), priority: try row.int("priority"),
        reason: code.map { Reason($0, detail) }, event: Int64(try row.int("event_id")), rule: try row.string("rule"),
        source: try row.string("source"), deviceType: try row.string("device_type"),
        submitter: try row.int("submitter_id"), shape: shapes[shapes.count - 1])
    }
    guard !facts.waiting.isEmpty else { return facts }
    let others = try BoardRoute.others(shapes, session)
    for (place, shape) in shapes.enumerated() {
      facts.waiting[place].shape = shape
      facts.waiting[place].route = others[shape] ?? .ownTag
    }
    facts.now = try session.query(FeedSQL.now).only { date(try $0.timestampMicroseconds("now")) }
    facts.live = try session.query(FeedSQL.live).map { row in
      Live(
        board: try row.string("board"), deviceType: try row.string("device_type"), rule: try row.string("rule"),
        source: try row.string("source"), queued: try row.int("queued"), running: try row.int("running"))
    }
    try facts.readRefusals(grants, session)
    try facts.readLimits(session)
    try facts.readTurns(session)
    try session.query(FeedSQL.paused).forEach { facts.paused[try $0.string("rule")] = try $0.string("reason") }
    return facts
  }

  private mutating func readLimits(_ session: borrowing PostgresSession) throws {
    let decisions = Array(Set(waiting.map(\.decision)))
    var found: [Decision: RuleLimits] = [:]
    try session.query(
      FeedSQL.limits, [.int8Array(decisions.map(\.event)), .textArray(decisions.map(\.rule))]
    ).forEach { row in
      let json = try JSONValue.parse(Array(try row.json("limits").utf8), limits: .stored)
      found[Decision(event: Int64(try row.int("event_id")), rule: try row.string("rule"))] = RuleLimits(json: json)
    }
    limits = found
    let periodic = waiting.filter { found[$0.decision]?.oncePer != nil }.map(\.id)
    guard !periodic.isEmpty else { return }
    var last: [Int64: Date] = [:]
    try session.query(FeedSQL.lastQueued, [.int8Array(periodic)]).forEach { row in
      last[Int64(try row.int("id"))] = Self.date(try row.timestampMicroseconds("queued_at"))
    }
    lastQueued = last
  }

  private mutating func readTurns(_ session: borrowing PostgresSession) throws {
    // Where just one source's rule waits there is nobody to take turns with.
    guard Set(waiting.map { [$0.source, $0.rule] }).count > 1 else { return }
    let boards = Array(Set(waiting.map(\.board)))
    let types = Array(Set(waiting.map(\.deviceType)))
    turns = try session.query(FeedSQL.turns, [.textArray(boards), .textArray(types)]).map { row in
      let name = try row.string("name")
      return Turn(
        place: try row.string("scope") == "board" ? .board(name) : .deviceType(name),
        source: try row.string("source"), rule: try row.string("rule"),
        served: Self.date(try row.timestampMicroseconds("served")))
    }
  }

  private static func date(_ microseconds: Int64) -> Date {
    // PostgreSQL counts from 2000.
    Date(timeIntervalSince1970: Double(microseconds) / 1_000_000 + 946_684_800)
  }
}
