import PostgresClient

/// What feeding reads, and whose turn it keeps.
enum FeedSQL {
  /// The first $1 waiting of each board, rule and line: the highest priority first, then the oldest. What stands behind
  /// them cannot be next, so however long the backlog is, no more rows are read than can be offered. What LAVA would
  /// refuse by itself stands aside, by user and refusal, so that it keeps nobody else from being next.
  static let firstWaiting: SQL = """
    SELECT id, board, priority, reason, detail, event_id, rule, source, device_type, shape_id, submitter_id
      FROM (SELECT *, row_number() OVER (PARTITION BY board, rule, line ORDER BY priority DESC, id) AS place
              FROM boardcast.assignment
             WHERE state = 'waiting'
               AND coalesce(reason, '') NOT IN ('permission', 'user_inactive', 'tag', 'definition')) w
     WHERE place <= $1
    UNION ALL
    SELECT id, board, priority, reason, detail, event_id, rule, source, device_type, shape_id, submitter_id
      FROM (SELECT *, row_number() OVER (PARTITION BY board, rule, line, submitter_id, detail
                                         ORDER BY priority DESC, id) AS place
              FROM boardcast.assignment
             WHERE state = 'waiting' AND reason IN ('permission', 'user_inactive', 'tag', 'definition')) r
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

  /// Events' users, of assignments whose jobs would be another's; `sender` is null when LAVA has the user no more.
  static let senders: SQL = """
    SELECT a.id, a.rule, s.username AS sender, coalesce(s.is_active, false) AS is_active,
           coalesce(u.username, a.submitter) AS submitter
      FROM boardcast.assignment a
      JOIN boardcast.event e ON e.id = a.event_id AND e.sender_id <> a.submitter_id
      LEFT JOIN auth_user s ON s.id = e.sender_id
      LEFT JOIN auth_user u ON u.id = a.submitter_id
     WHERE a.id = ANY ($1::bigint[])
    """

  /// Shapes whose jobs name tags, or groups of which LAVA has none any more.
  static let shapeDemands: SQL = """
    SELECT s.id, s.tags, s.visibility = 'groups'
             AND NOT EXISTS (SELECT FROM auth_group g WHERE g.name = ANY (s.viewing_groups)) AS groupless
      FROM boardcast.shape s
     WHERE s.id = ANY ($1::bigint[]) AND (s.tags <> '{}' OR s.visibility = 'groups')
    """

  /// The boards that carry tags; a row without a board for a tag that no board carries.
  static let carriers: SQL = """
    SELECT t.name, x.device_id
      FROM lava_scheduler_app_tag t
      LEFT JOIN lava_scheduler_app_device_tags x ON x.tag_id = t.id
     WHERE t.name = ANY ($1::text[])
    """

  /// Shapes whose jobs notify a user whom LAVA may not have: one of the definition's lines names one that is none, as it
  /// stands there. Whether it is in the `notify` block, and what the name is without quotes, only the definition tells.
  static let notifying: SQL = """
    SELECT s.id, s.definition
      FROM boardcast.shape s
     WHERE s.id = ANY ($1::bigint[]) AND s.definition ~ '(^|\\n)notify:'
       AND EXISTS (SELECT FROM regexp_matches(s.definition, '^[ -]+user: (.*)$', 'gn') AS m (words)
                    WHERE m.words[1] <> $2
                      AND NOT EXISTS (SELECT FROM auth_user u WHERE u.username = m.words[1]))
    """

  static let usernames: SQL = "SELECT username FROM auth_user WHERE username = ANY ($1::text[])"

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
