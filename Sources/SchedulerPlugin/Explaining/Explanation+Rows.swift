internal import BuildEvents
internal import Matcher
internal import PostgresClient

extension Explanation {
  /// What one rule decided, as it was kept.
  struct Decision {
    let rule: String
    let summary: DecisionSummary
    let limits: RuleLimits
    let line: String
  }

  /// An assignment as it stands.
  struct Assignment {
    let rule: String
    let board: String
    let deviceType: String
    let state: String
    let reason: Reason?
    var course: Course
  }

  static func decisions(_ event: Int64, _ session: borrowing PostgresSession) throws -> [Decision] {
    try session.query(ExplanationSQL.decisions, [.int8(event)]).map { row in
      Decision(
        rule: try row.string("rule"),
        summary: DecisionSummary(json: try JSONValue.parse(Array(try row.json("summary").utf8), limits: .stored)),
        limits: RuleLimits(json: try JSONValue.parse(Array(try row.json("limits").utf8), limits: .stored)),
        line: try row.string("line"))
    }
  }

  static func assignments(
    _ event: Int64, only board: String?, _ session: borrowing PostgresSession
  ) throws -> [Assignment] {
    try session.query(ExplanationSQL.assignments, [.int8(event), PostgresValue(board)]).map { row in
      let state = try row.string("state")
      let detail = try row.optionalString("detail") ?? ""
      let code = try row.optionalString("reason").flatMap(Reason.Code.init(rawValue:))
      return Assignment(
        rule: try row.string("rule"), board: try row.string("board"), deviceType: try row.string("device_type"),
        state: state, reason: code.map { Reason($0, detail) },
        course: Course(
          jobID: try row.optionalInt("job_id"), pool: try row.optionalString("pool"),
          outcome: try row.optionalString("outcome"),
          supersededBy: try row.optionalInt("superseded_by"), createdAt: try row.string("created"),
          expiresAt: try row.optionalString("expires"), queuedAt: try row.optionalString("queued"),
          startedAt: try row.optionalString("started"), endedAt: try row.optionalString("ended"),
          words: code == nil && !detail.isEmpty ? detail : nil))
    }
  }
}

/// What explaining reads of our own tables.
private enum ExplanationSQL {
  static let decisions: SQL = """
    SELECT rule, summary, limits, line FROM boardcast.decision WHERE event_id = $1 ORDER BY rule
    """

  static let assignments: SQL = """
    SELECT rule, board, device_type, state, reason, detail, outcome,
           CASE WHEN state <> 'queued' OR pool_id IS NULL THEN job_id END AS job_id,
           CASE WHEN state = 'queued' THEN
             (SELECT t.name FROM boardcast.pool p JOIN lava_scheduler_app_tag t ON t.id = p.tag_id
               WHERE p.id = assignment.pool_id)
           END AS pool, superseded_by::int AS superseded_by,
           to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created,
           to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS expires,
           to_char(queued_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS queued,
           to_char(started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS started,
           to_char(finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS ended
      FROM boardcast.assignment WHERE event_id = $1 AND ($2::text IS NULL OR board = $2)
     ORDER BY rule, board
    """
}
