import PostgresClient

/// Every statement about decisions, shapes and assignments.
enum AssignmentSQL {
  static let insertDecision: SQL = "INSERT INTO boardcast.decision (event_id, rule, summary) VALUES ($1, $2, $3)"

  static let insertShape: SQL = """
    INSERT INTO boardcast.shape
           (event_id, rule, device_type, board, template, definition, job_name, visibility, viewing_groups, tags,
            priority, queue_timeout, metadata)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    RETURNING id
    """

  /// $1 event, $2 rule, $3 submitter, $4 submitter's name, then per assignment board, type, shape, priority, hours.
  static let insertAssignments: SQL = """
    INSERT INTO boardcast.assignment
           (event_id, rule, submitter_id, submitter, board, device_type, shape_id, priority, expires_at)
    SELECT $1, $2, $3, $4, p.board, p.device_type, p.shape_id, p.priority, clock_timestamp() + p.hours * interval '1 hour'
      FROM unnest($5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[])
           AS p (board, device_type, shape_id, priority, hours)
    """

  /// The first $1 waiting of each board: the highest priority first, then the oldest. What stands behind them cannot be
  /// next, so however long the backlog is, no more rows are read than boards can take.
  static let firstWaiting: SQL = """
    SELECT id, board, priority, reason, detail
      FROM (SELECT id, board, priority, reason, detail,
                   row_number() OVER (PARTITION BY board ORDER BY priority DESC, id) AS place
              FROM boardcast.assignment WHERE state = 'waiting') w
     WHERE place <= $1
    """

  /// Gives a reason to those that stand behind the first $1 of their board, and to those that came to the front just
  /// now: what keeps the first one of the board keeps them too, and else the queue does.
  static let explainOthers: SQL = """
    UPDATE boardcast.assignment a
       SET reason = coalesce(w.first_reason, 'queue_full'),
           detail = coalesce(w.first_detail, 'earlier or more urgent work of ours goes first on this board')
      FROM (SELECT id,
                   row_number() OVER board AS place,
                   first_value(reason) OVER board AS first_reason,
                   first_value(detail) OVER board AS first_detail
              FROM boardcast.assignment WHERE state = 'waiting'
            WINDOW board AS (PARTITION BY board ORDER BY priority DESC, id)) w
     WHERE a.id = w.id AND (w.place > $1 OR a.reason IS NULL)
       AND (a.reason, a.detail) IS DISTINCT FROM
           (coalesce(w.first_reason, 'queue_full'),
            coalesce(w.first_detail, 'earlier or more urgent work of ours goes first on this board'))
    """

  static let queuedPerBoard: SQL = """
    SELECT board, count(*)::int AS jobs FROM boardcast.assignment WHERE state = 'queued' GROUP BY board
    """

  /// Boards whose own tag must be in place: they wait for a job or have one that is not scheduled yet.
  static let boardsToTag: SQL = """
    SELECT DISTINCT board FROM boardcast.assignment WHERE state IN ('waiting', 'queued')
    """

  /// Takes the assignments that are to be queued; one that somebody else queued meanwhile does not come back.
  static let toQueue: SQL = """
    SELECT id, board, device_type, shape_id, submitter_id, submitter
      FROM boardcast.assignment WHERE id = ANY ($1::bigint[]) AND state = 'waiting' ORDER BY id FOR UPDATE
    """

  static let shapes: SQL = """
    SELECT id, definition, job_name, visibility, viewing_groups, tags, priority, queue_timeout, metadata
      FROM boardcast.shape WHERE id = ANY ($1::bigint[])
    """

  static let markQueued: SQL = """
    UPDATE boardcast.assignment a
       SET state = 'queued', job_id = q.job, queued_at = clock_timestamp(), reason = NULL, detail = NULL
      FROM unnest($1::bigint[], $2::bigint[]) AS q (id, job)
     WHERE a.id = q.id AND a.state = 'waiting'
    """

  /// $4 is `waiting` for a new reason of an assignment that goes on waiting, or the state that ends it.
  static let setReasons: SQL = """
    UPDATE boardcast.assignment a
       SET reason = r.reason, detail = r.detail, state = $4,
           finished_at = CASE WHEN $4 = 'waiting' THEN NULL ELSE clock_timestamp() END
      FROM unnest($1::bigint[], $2::text[], $3::text[]) AS r (id, reason, detail)
     WHERE a.id = r.id AND a.state = 'waiting'
    """

  static let expire: SQL = """
    UPDATE boardcast.assignment SET state = 'expired', finished_at = clock_timestamp()
     WHERE state = 'waiting' AND expires_at <= clock_timestamp()
    """

  /// Reads back what LAVA made of our jobs. A job somebody deleted in LAVA ends its assignment too.
  static let follow: SQL = """
    UPDATE boardcast.assignment a
       SET state = f.state, outcome = f.outcome, started_at = f.start_time, finished_at = f.end_time
      FROM (SELECT o.id, j.start_time,
                   CASE WHEN j.id IS NULL OR j.state = 5 THEN 'finished' WHEN j.state = 0 THEN 'queued' ELSE 'running'
                   END AS state,
                   CASE WHEN j.id IS NULL THEN 'Deleted'
                        WHEN j.state = 5 THEN
                          coalesce((ARRAY['Unknown', 'Complete', 'Incomplete', 'Canceled'])[j.health + 1], 'Unknown')
                   END AS outcome,
                   CASE WHEN j.id IS NULL OR j.state = 5 THEN coalesce(j.end_time, clock_timestamp()) END AS end_time
              FROM boardcast.assignment o
              LEFT JOIN lava_scheduler_app_testjob j ON j.id = o.job_id
             WHERE o.state IN ('queued', 'running')) f
     WHERE a.id = f.id AND (a.state, a.started_at) IS DISTINCT FROM (f.state, f.start_time)
    """

  /// Whether there is anything to feed or to follow.
  static let anyOpen: SQL = """
    SELECT EXISTS (SELECT FROM boardcast.assignment WHERE state = 'waiting') AS waiting,
           EXISTS (SELECT FROM boardcast.assignment WHERE state IN ('queued', 'running')) AS live
    """
}
