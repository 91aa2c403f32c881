import PostgresClient

/// Every statement about pools (`migrations/0007_pool.sql`).
enum PoolSQL {
  /// Whether anything waits that may go by a pool.
  static let anyWaiting: SQL = """
    SELECT EXISTS (SELECT FROM boardcast.assignment a JOIN boardcast.shape s ON s.id = a.shape_id
                    WHERE a.state = 'waiting' AND s.by_pool) AS any
    """

  static let ofShapes: SQL = """
    SELECT shape_id, id FROM boardcast.pool WHERE shape_id = ANY ($1::bigint[]) AND closed_at IS NULL
    """

  /// The first $2 slots whose tag nothing has. $1 are the tags' names by slot.
  static let freeSlots: SQL = """
    SELECT s.slot, s.name
      FROM unnest($1::text[]) WITH ORDINALITY AS s (name, slot)
      LEFT JOIN lava_scheduler_app_tag t ON t.name = s.name
     WHERE NOT EXISTS (SELECT FROM boardcast.pool p WHERE p.slot = s.slot AND p.closed_at IS NULL)
       AND NOT EXISTS (SELECT FROM lava_scheduler_app_device_tags d WHERE d.tag_id = t.id)
       AND NOT EXISTS (SELECT FROM lava_scheduler_app_testjob j
                         JOIN lava_scheduler_app_testjob_tags x ON x.testjob_id = j.id
                        WHERE j.state = 0 AND x.tag_id = t.id)
     ORDER BY s.slot LIMIT $2
    """

  static let addTags: SQL = """
    INSERT INTO lava_scheduler_app_tag (name, description)
    SELECT w.name, 'Boards that are owed one of several like jobs; kept by Boardcast'
      FROM unnest($1::text[]) AS w (name)
     WHERE NOT EXISTS (SELECT FROM lava_scheduler_app_tag t WHERE t.name = w.name)
    ON CONFLICT (name) DO NOTHING
    """

  /// Per pool its slot, its tag's name and its shape. Draws a job id for each: jobs of an earlier use of the tag have
  /// smaller ones.
  static let open: SQL = """
    INSERT INTO boardcast.pool (slot, tag_id, event_id, rule, shape_id, first_job)
    SELECT w.slot, t.id, s.event_id, s.rule, s.id,
           nextval(pg_get_serial_sequence('public.lava_scheduler_app_testjob', 'id'))
      FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS w (slot, name, shape)
      JOIN lava_scheduler_app_tag t ON t.name = w.name
      JOIN boardcast.shape s ON s.id = w.shape
    RETURNING shape_id, id
    """

  static let join: SQL = "SELECT boardcast.join_pools($1, $2)"

  static let leave: SQL = "SELECT boardcast.leave_pools($1, $2)"

  /// Of the assignments $1 those whose board carries the tag of their open pool, unless a board does that is owed nothing.
  static let places: SQL = """
    WITH offered AS (
      SELECT a.id, p.id AS pool, p.tag_id
        FROM boardcast.assignment a
        JOIN boardcast.pool p ON p.shape_id = a.shape_id AND p.closed_at IS NULL
        JOIN lava_scheduler_app_device_tags t ON t.tag_id = p.tag_id AND t.device_id = a.board
       WHERE a.id = ANY ($1::bigint[])
    ), spoilt AS (
      SELECT p.id
        FROM boardcast.pool p
       WHERE p.id IN (SELECT pool FROM offered)
         AND EXISTS (SELECT FROM lava_scheduler_app_device_tags t
                      WHERE t.tag_id = p.tag_id
                        AND NOT EXISTS (SELECT FROM boardcast.assignment a
                                         WHERE a.event_id = p.event_id AND a.rule = p.rule AND a.board = t.device_id
                                           AND a.state IN ('waiting', 'queued')))
    )
    SELECT id, pool, tag_id FROM offered WHERE pool NOT IN (SELECT id FROM spoilt)
    """

  static let wrongCarriers: SQL = """
    SELECT p.id AS pool, t.device_id AS board
      FROM boardcast.pool p
      JOIN lava_scheduler_app_device_tags t ON t.tag_id = p.tag_id
     WHERE p.closed_at IS NULL
       AND NOT EXISTS (SELECT FROM boardcast.assignment a
                        WHERE a.pool_id = p.id AND a.board = t.device_id AND a.state = 'queued')
    """

  static let lacking: SQL = """
    SELECT p.id AS pool, a.board
      FROM boardcast.pool p
      JOIN boardcast.assignment a ON a.pool_id = p.id AND a.state = 'queued'
      JOIN lava_scheduler_app_testjob j ON j.id = a.job_id AND j.state = 0
     WHERE p.closed_at IS NULL
       AND NOT EXISTS (SELECT FROM lava_scheduler_app_device_tags t WHERE t.tag_id = p.tag_id AND t.device_id = a.board)
    """

  static let close: SQL = """
    UPDATE boardcast.pool p SET closed_at = clock_timestamp()
     WHERE p.closed_at IS NULL
       AND NOT EXISTS (SELECT FROM boardcast.assignment a WHERE a.pool_id = p.id AND a.state = 'queued')
       AND NOT EXISTS (SELECT FROM lava_scheduler_app_device_tags t WHERE t.tag_id = p.tag_id)
       AND NOT EXISTS (SELECT FROM lava_scheduler_app_testjob_tags x
                         JOIN lava_scheduler_app_testjob j ON j.id = x.testjob_id
                        WHERE x.tag_id = p.tag_id AND x.testjob_id >= p.first_job AND j.state = 0)
    """

  /// Pools of which LAVA gave a job to another board than it was written for.
  static let unbound: SQL = """
    SELECT DISTINCT a.pool_id AS pool
      FROM boardcast.assignment a
      JOIN lava_scheduler_app_testjob j ON j.id = a.job_id
     WHERE a.state = 'queued' AND a.pool_id IS NOT NULL AND j.actual_device_id <> a.board
    """

  /// The open assignments that take part in the pools $1, with what LAVA made of their jobs: those that have a job of the
  /// pool, and those of the same event and rule that wait, for a board may take a job before its own is written.
  static let members: SQL = """
    SELECT p.id AS pool, a.id, a.board, a.job_id, j.actual_device_id AS job_board,
           coalesce(j.state = 0, false) AS is_submitted
      FROM boardcast.pool p
      JOIN boardcast.assignment a
        ON a.event_id = p.event_id AND a.rule = p.rule
       AND ((a.state = 'queued' AND a.pool_id = p.id) OR (a.state = 'waiting' AND a.pool_id IS NULL))
      LEFT JOIN lava_scheduler_app_testjob j ON j.id = a.job_id
     WHERE p.id = ANY ($1::bigint[])
     ORDER BY a.id
       FOR UPDATE OF a
    """

  /// Per assignment its pool and its job of now on, 0 for none: it waits again then, for as long as it might at first.
  static let bind: SQL = """
    UPDATE boardcast.assignment a
       SET job_id = nullif(b.job, 0), reason = NULL, detail = NULL,
           state = CASE b.job WHEN 0 THEN 'waiting' ELSE 'queued' END,
           pool_id = CASE b.job WHEN 0 THEN NULL ELSE b.pool END,
           queued_at = CASE b.job WHEN 0 THEN NULL ELSE coalesce(a.queued_at, clock_timestamp()) END,
           expires_at = CASE b.job WHEN 0 THEN clock_timestamp() + (a.expires_at - a.created_at) ELSE a.expires_at END
      FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS b (id, pool, job)
     WHERE a.id = b.id AND a.state IN ('waiting', 'queued')
    """

  /// What waits again and was superseded while it was queued, is so now.
  static let supersede: SQL = """
    UPDATE boardcast.assignment a
       SET state = 'superseded', superseded_by = n.event_id, finished_at = clock_timestamp(), reason = 'superseded',
           detail = 'event ' || n.event_id || ' brought a newer build of the same line'
      FROM boardcast.decision n
     WHERE a.id = ANY ($1::bigint[]) AND a.state = 'waiting' AND n.rule = a.rule AND n.line = a.line
       AND n.limits ->> 'newer_build' = 'supersede'
       AND n.event_id = (SELECT max(event_id) FROM boardcast.decision d WHERE d.rule = a.rule AND d.line = a.line)
       AND n.event_id > a.event_id
    """

  /// Keeps jobs that are nobody's, and says so at the board's own assignment.
  static let keepStrays: SQL = """
    WITH stray AS (
      INSERT INTO boardcast.pool_stray (job_id, pool_id, board)
      SELECT s.job, s.pool, s.board FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS s (job, pool, board)
      ON CONFLICT DO NOTHING
      RETURNING job_id, pool_id, board
    )
    UPDATE boardcast.assignment a
       SET detail = 'the board also took job ' || s.job_id || ' of the same pool, which counts for nobody'
      FROM stray s JOIN boardcast.pool p ON p.id = s.pool_id
     WHERE a.event_id = p.event_id AND a.rule = p.rule AND a.board = s.board
    """
}
