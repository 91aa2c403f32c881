import PostgresClient

/// What feeding reads, and whose turn it keeps.
enum FeedSQL {
  /// The first $1 waiting of each board, rule and line: the highest priority first, then the oldest. What stands behind
  /// them cannot be next, so however long the backlog is, no more rows are read than can be offered.
  static let firstWaiting: SQL = """
    SELECT id, board, priority, reason, detail, event_id, rule, source, device_type, shape_id
      FROM (SELECT id, board, priority, reason, detail, event_id, rule, source, device_type, shape_id,
                   row_number() OVER (PARTITION BY board, rule, line ORDER BY priority DESC, id) AS place
              FROM boardcast.assignment WHERE state = 'waiting') w
     WHERE place <= $1
    """

  static let live: SQL = """
    SELECT board, device_type, rule, source, count(*) FILTER (WHERE state = 'queued')::int AS queued,
           count(*) FILTER (WHERE state = 'running')::int AS running
      FROM boardcast.assignment WHERE state IN ('queued', 'running')
     GROUP BY board, device_type, rule, source
    """

  /// Limits of the decisions that waiting assignments come from, where there are any.
  static let limits: SQL = """
    SELECT d.event_id, d.rule, d.limits
      FROM boardcast.decision d
      JOIN unnest($1::bigint[], $2::text[]) AS w (event_id, rule) ON w.event_id = d.event_id AND w.rule = d.rule
     WHERE d.limits <> '{}'
    """

  /// When the rule last queued a job for the assignment's line and board.
  static let lastQueued: SQL = """
    SELECT a.id, max(b.queued_at) AS queued_at
      FROM boardcast.assignment a
      JOIN boardcast.assignment b
        ON b.rule = a.rule AND b.line = a.line AND b.board = a.board AND b.queued_at IS NOT NULL
     WHERE a.id = ANY ($1::bigint[])
     GROUP BY a.id
    """

  static let turns: SQL = """
    SELECT scope, name, source, rule, served FROM boardcast.turn
     WHERE (scope = 'board' AND name = ANY ($1::text[])) OR (scope = 'device_type' AND name = ANY ($2::text[]))
    """

  static let paused: SQL = "SELECT rule, reason FROM boardcast.pause"

  static let now: SQL = "SELECT clock_timestamp() AS now"

  /// Sends the sources and rules of queued assignments to the end of the line.
  static let serve: SQL = """
    INSERT INTO boardcast.turn (scope, name, source, rule, served)
    SELECT DISTINCT t.scope, t.name, a.source, a.rule, statement_timestamp()
      FROM boardcast.assignment a
     CROSS JOIN LATERAL (VALUES ('board', a.board), ('device_type', a.device_type)) AS t (scope, name)
     WHERE a.id = ANY ($1::bigint[])
    ON CONFLICT (scope, name, source, rule) DO UPDATE SET served = excluded.served
    """
}
