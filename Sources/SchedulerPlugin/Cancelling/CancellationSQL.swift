import PostgresClient

/// Every statement about `boardcast.cancellation`.
enum CancellationSQL {
  /// The assignment says at once whom its job gives way to.
  static let ask: SQL = """
    WITH newest AS (
      SELECT max(event_id) AS event_id FROM boardcast.decision WHERE rule = $1 AND line = $2
    ), older AS (
      UPDATE boardcast.assignment a
         SET reason = 'superseded', superseded_by = n.event_id,
             detail = 'event ' || n.event_id || ' brought a newer build of the same line; LAVA is asked to cancel the job'
        FROM newest n
       WHERE a.rule = $1 AND a.line = $2 AND a.state = 'queued' AND a.event_id < n.event_id
         AND a.superseded_by IS NULL
      RETURNING a.id, a.job_id, n.event_id
    )
    INSERT INTO boardcast.cancellation (job_id, assignment_id, event_id)
    SELECT job_id, id, event_id FROM older
    ON CONFLICT (job_id) DO NOTHING
    """

  private static let open: SQL = """
    SELECT c.job_id, c.event_id::int AS event_id, c.attempts, c.asked_at < clock_timestamp() - interval '1 day' AS is_old,
           j.state, j.health
      FROM boardcast.cancellation c
      LEFT JOIN lava_scheduler_app_testjob j ON j.id = c.job_id
     WHERE c.ended_at IS NULL

    """

  static let due: SQL = open + "AND c.next_at <= clock_timestamp() ORDER BY c.asked_at, c.job_id LIMIT 100"

  static let one: SQL = open + "AND c.job_id = $1"

  static let begin: SQL = "UPDATE boardcast.cancellation SET attempts = attempts + 1 WHERE job_id = $1"

  /// A job that goes on is not superseded: its assignment says why, and goes on too.
  static let end: SQL = """
    WITH ended AS (
      UPDATE boardcast.cancellation SET ended_at = clock_timestamp(), result = $2, problem = $4
       WHERE job_id = $1 AND ended_at IS NULL
      RETURNING assignment_id
    )
    UPDATE boardcast.assignment a
       SET detail = $3, reason = CASE WHEN $2 = 'cancelled' THEN 'superseded' END,
           superseded_by = CASE WHEN $2 = 'cancelled' THEN a.superseded_by END
      FROM ended e WHERE a.id = e.assignment_id
    """

  static let putOff: SQL = """
    UPDATE boardcast.cancellation
       SET problem = $1, next_at = clock_timestamp() + $2 * interval '1 second'
     WHERE ended_at IS NULL AND next_at <= clock_timestamp()
    """

  /// Two numbers make the key of a lock, as in `WriterLock`: "bdct" and 3. One process asks LAVA at a time.
  static let lock: SQL = "SELECT pg_try_advisory_lock(1650746228, 3) AS taken"

  /// Whether anything is to be asked for now.
  static let anyDue: SQL = """
    SELECT to_regclass('boardcast.cancellation') IS NOT NULL
           AND EXISTS (SELECT FROM boardcast.cancellation WHERE ended_at IS NULL AND next_at <= clock_timestamp()) AS due
    """
}
