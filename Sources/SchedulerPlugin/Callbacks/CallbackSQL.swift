import PostgresClient

/// Every statement about `boardcast.callback_order` and `boardcast.callback`.
enum CallbackSQL {
  static let order: SQL = """
    INSERT INTO boardcast.callback_order (event_id, url, host, each_job, signer, by_lab)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT DO NOTHING
    """

  /// The event is decided again: its end is still to come.
  static let reopen: SQL = "UPDATE boardcast.callback_order SET closed_at = NULL WHERE event_id = $1"

  /// Whether the tables are there: `serve` may wait for its migrations.
  static let isThere: SQL = "SELECT to_regclass('boardcast.callback') IS NOT NULL AS there"

  static let noteJobs: SQL = """
    INSERT INTO boardcast.callback (event_id, kind, job_id)
    SELECT o.event_id, 'job', a.job_id
      FROM boardcast.callback_order o
      JOIN boardcast.assignment a ON a.event_id = o.event_id AND a.state = 'finished' AND a.job_id IS NOT NULL
     WHERE o.closed_at IS NULL AND o.each_job
       AND NOT EXISTS (SELECT FROM boardcast.callback c
                        WHERE c.event_id = o.event_id AND c.kind = 'job' AND c.job_id = a.job_id)
    ON CONFLICT DO NOTHING
    """

  /// Run after `noteJobs` on the same snapshot, so that no job ends between the two.
  static let noteEvents: SQL = """
    WITH ended AS (
      UPDATE boardcast.callback_order o SET closed_at = clock_timestamp()
        FROM boardcast.event e
       WHERE e.id = o.event_id AND o.closed_at IS NULL AND e.state <> 'accepted'
         AND NOT EXISTS (SELECT FROM boardcast.assignment a
                          WHERE a.event_id = e.id AND a.state IN ('waiting', 'queued', 'running'))
      RETURNING o.event_id
    )
    INSERT INTO boardcast.callback (event_id, kind)
    SELECT event_id, 'event' FROM ended
    ON CONFLICT DO NOTHING
    """

  /// What is to be sent now and is not being sent: a few of each host, so that one host's many hide no other's few.
  static let due: SQL = """
    SELECT id, host FROM (
      SELECT c.id, o.host, c.next_at, row_number() OVER (PARTITION BY o.host ORDER BY c.next_at, c.id) AS place
        FROM boardcast.callback c JOIN boardcast.callback_order o ON o.event_id = c.event_id
       WHERE c.state = 'waiting' AND c.next_at <= clock_timestamp() AND c.id <> ALL ($1)
    ) d
     WHERE place <= $2 ORDER BY next_at, id LIMIT 500
    """

  /// Counts an attempt before it is made, and gives what it needs.
  static let begin: SQL = """
    UPDATE boardcast.callback c SET attempts = c.attempts + 1
      FROM boardcast.callback_order o JOIN boardcast.event e ON e.id = o.event_id
     WHERE c.id = $1 AND c.state = 'waiting' AND o.event_id = c.event_id
    RETURNING c.event_id, c.kind, c.job_id, c.webhook_id::text AS webhook_id, c.attempts, o.url, o.signer, o.by_lab,
              e.sender_id, o.closed_at IS NULL AS is_open,
              c.created_at < clock_timestamp() - interval '1 day' AS is_old,
              extract(epoch FROM clock_timestamp())::bigint AS now,
              to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS time
    """

  static let end: SQL = """
    UPDATE boardcast.callback SET state = $2, problem = $3, ended_at = clock_timestamp()
     WHERE id = $1 AND state = 'waiting'
    """

  static let putOff: SQL = """
    UPDATE boardcast.callback SET problem = $2, next_at = clock_timestamp() + $3 * interval '1 second'
     WHERE id = $1 AND state = 'waiting'
    """

  static let ofEvent: SQL = """
    SELECT c.kind, c.job_id, c.state, c.attempts, c.problem, o.url, c.webhook_id::text AS webhook_id,
           to_char(c.next_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS next,
           to_char(c.ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS ended
      FROM boardcast.callback c JOIN boardcast.callback_order o ON o.event_id = c.event_id
     WHERE c.event_id = $1 ORDER BY c.kind, c.job_id
    """

  static let counts: SQL = """
    SELECT (SELECT count(*) FROM boardcast.callback WHERE state = 'waiting')::int AS waiting,
           (SELECT count(*) FROM boardcast.callback WHERE state = 'waiting' AND attempts > 0)::int AS failing,
           (SELECT count(*) FROM boardcast.callback
             WHERE state = 'given_up' AND ended_at > clock_timestamp() - interval '7 days')::int AS given_up,
           (SELECT problem FROM boardcast.callback WHERE state = 'given_up' ORDER BY ended_at DESC LIMIT 1) AS problem
    """

  /// Two numbers make the key of a lock, as in `WriterLock`: "bdct" and 5. One process sends at a time. Taken again in
  /// the same session it is held as before.
  static let lock: SQL = "SELECT pg_try_advisory_lock(1650746228, 5) AS taken"
}
