import PostgresClient

/// Every statement about decisions, shapes and assignments.
enum AssignmentSQL {
  static let insertDecision: SQL = """
    INSERT INTO boardcast.decision (event_id, rule, summary, limits, line) VALUES ($1, $2, $3, $4, $5)
    """

  static let insertShape: SQL = """
    INSERT INTO boardcast.shape
           (event_id, rule, device_type, board, template, definition, job_name, visibility, viewing_groups, tags,
            priority, queue_timeout, metadata)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    RETURNING id
    """

  /// $1 event, $2 rule, $3 submitter, $4 submitter's name, then per assignment board, type, shape, priority, hours;
  /// $10 source, $11 line. A board that has its job of an event that is decided again keeps it.
  static let insertAssignments: SQL = """
    INSERT INTO boardcast.assignment
           (event_id, rule, submitter_id, submitter, board, device_type, shape_id, priority, expires_at, source, line)
    SELECT $1, $2, $3, $4, p.board, p.device_type, p.shape_id, p.priority,
           clock_timestamp() + p.hours * interval '1 hour', $10, $11
      FROM unnest($5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[])
           AS p (board, device_type, shape_id, priority, hours)
    ON CONFLICT (event_id, rule, board) DO NOTHING
    """

  /// Ends what waits of a rule and a line of builds for the newest build that was decided. Also an older build that is
  /// decided after a newer one is superseded at once.
  static let supersede: SQL = """
    UPDATE boardcast.assignment a
       SET state = 'superseded', superseded_by = n.event_id, finished_at = clock_timestamp(), reason = 'superseded',
           detail = 'event ' || n.event_id || ' brought a newer build of the same line'
      FROM (SELECT max(event_id) AS event_id FROM boardcast.decision WHERE rule = $1 AND line = $2) n
     WHERE a.rule = $1 AND a.line = $2 AND a.state = 'waiting' AND a.event_id < n.event_id
    """

  /// Gives a reason to those that stand behind the first $1 of their board, rule and line, and to those that came to
  /// the front just now: what keeps the first one keeps them too, and else the queue does.
  static let explainOthers: SQL = """
    UPDATE boardcast.assignment a
       SET reason = coalesce(w.first_reason, 'queue_full'),
           detail = coalesce(w.first_detail, 'earlier or more urgent work of ours goes first on this board')
      FROM (SELECT id,
                   row_number() OVER line AS place,
                   first_value(reason) OVER line AS first_reason,
                   first_value(detail) OVER line AS first_detail
              FROM boardcast.assignment WHERE state = 'waiting'
            WINDOW line AS (PARTITION BY board, rule, line ORDER BY priority DESC, id)) w
     WHERE a.id = w.id AND (w.place > $1 OR a.reason IS NULL)
       AND (a.reason, a.detail) IS DISTINCT FROM
           (coalesce(w.first_reason, 'queue_full'),
            coalesce(w.first_detail, 'earlier or more urgent work of ours goes first on this board'))
    """

  /// Boards that wait for a job or have one that is not scheduled yet, by shape.
  static let openShapes: SQL = """
    SELECT shape_id, array_agg(DISTINCT board) AS boards
      FROM boardcast.assignment WHERE state IN ('waiting', 'queued') GROUP BY shape_id
    """

  /// Shapes whose jobs ask for their board by name: $2 is the line of the definition that does.
  static let requestingShapes: SQL = """
    SELECT id FROM boardcast.shape WHERE id = ANY ($1::bigint[]) AND position($2 IN definition) > 0
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
