import PostgresClient

/// Every statement about decisions, shapes and assignments.
enum AssignmentSQL {
  static let insertDecisions: SQL = """
    INSERT INTO boardcast.decision (event_id, rule, summary, limits, line)
    SELECT d.event_id, d.rule, d.summary::jsonb, d.limits::jsonb, d.line
      FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[])
           AS d (event_id, rule, summary, limits, line)
    """

  /// So many ids of shapes.
  static let drawShapes: SQL = """
    SELECT nextval(pg_get_serial_sequence('boardcast.shape', 'id')) AS id FROM generate_series(1, $1::bigint)
    """

  /// Per assignment event, rule, submitter, submitter's name, board, type, shape, priority, hours, source, line. A board
  /// that has its job of an event that is decided again keeps it.
  static let insertAssignments: SQL = """
    INSERT INTO boardcast.assignment
           (event_id, rule, submitter_id, submitter, board, device_type, shape_id, priority, expires_at, source, line)
    SELECT p.event_id, p.rule, p.submitter_id, p.submitter, p.board, p.device_type, p.shape_id, p.priority,
           clock_timestamp() + p.hours * interval '1 hour', p.source, p.line
      FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[],
                  $8::bigint[], $9::bigint[], $10::text[], $11::text[])
           AS p (event_id, rule, submitter_id, submitter, board, device_type, shape_id, priority, hours, source, line)
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

  /// Gives a reason to those that stand behind the first $1 as `FeedSQL.firstWaiting` counts, and to those that came to
  /// the front just now, which are not among $2, those that were looked at: what keeps the first one keeps them too, and
  /// else the queue does. What kept them before may be over.
  static let explainOthers: SQL = """
    UPDATE boardcast.assignment a
       SET reason = coalesce(w.first_reason, 'queue_full'),
           detail = coalesce(w.first_detail, 'earlier or more urgent work of ours goes first on this board')
      FROM (SELECT s.id, l.id IS NOT NULL AS looked_at,
                   row_number() OVER line AS place,
                   first_value(CASE WHEN l.id IS NOT NULL THEN s.reason END) OVER line AS first_reason,
                   first_value(CASE WHEN l.id IS NOT NULL THEN s.detail END) OVER line AS first_detail
              FROM boardcast.assignment s LEFT JOIN unnest($2::bigint[]) AS l (id) ON l.id = s.id
             WHERE s.state = 'waiting'
               AND coalesce(s.reason, '') NOT IN ('permission', 'user_inactive', 'tag', 'definition')
            WINDOW line AS (PARTITION BY s.board, s.rule, s.line ORDER BY s.priority DESC, s.id)) w
     WHERE a.id = w.id AND (w.place > $1 OR a.reason IS NULL OR NOT w.looked_at)
       AND (a.reason, a.detail) IS DISTINCT FROM
           (coalesce(w.first_reason, 'queue_full'),
            coalesce(w.first_detail, 'earlier or more urgent work of ours goes first on this board'))
    """

  /// Boards that wait for a job or have one that is not scheduled yet, by shape; without those whose job is a pool's or
  /// may become one.
  static let openShapes: SQL = """
    SELECT a.shape_id, array_agg(DISTINCT a.board) AS boards
      FROM boardcast.assignment a JOIN boardcast.shape s ON s.id = a.shape_id
     WHERE a.state IN ('waiting', 'queued') AND a.pool_id IS NULL AND NOT (s.by_pool AND a.state = 'waiting')
     GROUP BY a.shape_id
    """

  /// Shapes whose jobs do not find their boards by the boards' own tags: $2 is the line of the definition that asks for
  /// the board by name.
  static let otherRoutes: SQL = """
    SELECT id, position($2 IN definition) > 0 AS requests
      FROM boardcast.shape WHERE id = ANY ($1::bigint[]) AND (by_pool OR position($2 IN definition) > 0)
    """

  /// Takes the assignments that are to be queued, with LAVA's name of the submitter now; one that somebody else queued
  /// meanwhile does not come back.
  static let toQueue: SQL = """
    SELECT a.id, a.board, a.device_type, a.shape_id, a.submitter_id, coalesce(u.username, a.submitter) AS submitter
      FROM boardcast.assignment a
      LEFT JOIN auth_user u ON u.id = a.submitter_id
     WHERE a.id = ANY ($1::bigint[]) AND a.state = 'waiting' ORDER BY a.id FOR UPDATE OF a
    """

  static let shapes: SQL = """
    SELECT id, definition, job_name, visibility, viewing_groups, tags, priority, queue_timeout, metadata, by_pool
      FROM boardcast.shape WHERE id = ANY ($1::bigint[])
    """

  /// Per assignment its job and its pool, 0 for none.
  static let markQueued: SQL = """
    UPDATE boardcast.assignment a
       SET state = 'queued', job_id = q.job, queued_at = clock_timestamp(), reason = NULL, detail = NULL,
           pool_id = nullif(q.pool, 0)
      FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS q (id, job, pool)
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

  /// What waits for a board that LAVA has no more, or has retired, is given up with the first of it, $1.
  static let refuseOthers: SQL = """
    UPDATE boardcast.assignment a
       SET state = 'refused', reason = r.reason, detail = r.detail, finished_at = clock_timestamp()
      FROM boardcast.assignment r
     WHERE r.id = ANY ($1::bigint[]) AND a.board = r.board AND a.state = 'waiting'
    """

  /// What waited too long by the clock as it was at $1, null for now, and by the clock as it is: it may have been set in
  /// between, on or back.
  static let expire: SQL = """
    UPDATE boardcast.assignment SET state = 'expired', finished_at = clock_timestamp()
     WHERE state = 'waiting' AND expires_at <= least($1::timestamptz, clock_timestamp())
    """

  /// Reads back what LAVA made of our jobs. A job somebody deleted in LAVA ends its assignment too.
  ///
  /// A queued job of a pool counts when LAVA gave it to the assignment's board (`PoolBinding` sees to that). One that was
  /// cancelled or deleted before it had a board ends an assignment only when nothing of its pool is open any more, for
  /// until then it may have been another board's.
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
             WHERE o.state IN ('queued', 'running')
               AND (o.pool_id IS NULL OR o.state = 'running' OR j.actual_device_id = o.board
                    OR ((j.id IS NULL OR (j.state = 5 AND j.actual_device_id IS NULL))
                        AND NOT EXISTS (
                          SELECT FROM boardcast.assignment q JOIN lava_scheduler_app_testjob k ON k.id = q.job_id
                           WHERE q.pool_id = o.pool_id AND q.state = 'queued'
                             AND CASE WHEN k.actual_device_id IS NULL THEN k.state <> 5
                                      ELSE k.actual_device_id <> q.board END)))) f
     WHERE a.id = f.id AND (a.state, a.started_at) IS DISTINCT FROM (f.state, f.start_time)
    """

  /// Whether there is anything to feed or to follow.
  static let anyOpen: SQL = """
    SELECT EXISTS (SELECT FROM boardcast.assignment WHERE state = 'waiting') AS waiting,
           EXISTS (SELECT FROM boardcast.assignment WHERE state IN ('queued', 'running')) AS live,
           EXISTS (SELECT FROM boardcast.pool WHERE closed_at IS NULL) AS pools
    """
}
