import BuildEvents
import Matcher
import PostgresClient

extension EventReport {
  static func readSummaries(
    _ id: Int64, _ session: borrowing PostgresSession
  ) throws -> [(rule: String, summary: DecisionSummary)] {
    try session.query(ReportSQL.decisions, [.int8(id)]).map { row in
      let json = try JSONValue.parse(Array(try row.json("summary").utf8), limits: .stored)
      return (try row.string("rule"), DecisionSummary(json: json))
    }
  }

  /// - Parameter job: LAVA's id of the one job to read of; nil reads all.
  static func readAssignments(
    _ id: Int64, job: Int? = nil, _ session: borrowing PostgresSession
  ) throws -> [Line] {
    try session.query(ReportSQL.assignments, [.int8(id), PostgresValue(job)]).map { row in
      let code = try row.optionalString("reason").flatMap(Reason.Code.init(rawValue:))
      let detail = try row.optionalString("detail") ?? ""
      return Line(
        rule: try row.string("rule"), board: try row.string("board"), deviceType: try row.string("device_type"),
        state: try row.string("state"), reasons: code.map { [Reason($0, detail)] } ?? [],
        jobID: try row.optionalInt("job_id"), isByPool: try row.bool("by_pool"),
        outcome: try row.optionalString("outcome"),
        secondsToQueued: try row.optionalDouble("to_queued"), secondsToStarted: try row.optionalDouble("to_started"),
        secondsToFinished: try row.optionalDouble("to_finished"))
    }
  }
}

/// What a report reads.
private enum ReportSQL {
  static let decisions: SQL = "SELECT rule, summary FROM boardcast.decision WHERE event_id = $1 ORDER BY rule"

  static let assignments: SQL = """
    SELECT a.rule, a.board, a.device_type, a.state, a.reason, a.detail, a.outcome,
           CASE WHEN a.state <> 'queued' OR a.pool_id IS NULL THEN a.job_id END AS job_id,
           a.state = 'queued' AND a.pool_id IS NOT NULL AS by_pool,
           extract(epoch FROM a.queued_at - e.received_at)::float8 AS to_queued,
           extract(epoch FROM a.started_at - e.received_at)::float8 AS to_started,
           CASE WHEN a.state = 'finished' THEN extract(epoch FROM a.finished_at - e.received_at)::float8
           END AS to_finished
      FROM boardcast.assignment a
      JOIN boardcast.event e ON e.id = a.event_id
     WHERE a.event_id = $1 AND ($2::bigint IS NULL OR a.job_id = $2)
    """
}
