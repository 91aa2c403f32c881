import PostgresClient

/// Every statement about `boardcast.delivery`.
enum DeliverySQL {
  /// A message that came before is counted, and what is said of it now counts; one that became an event stays one.
  static let note: SQL = """
    INSERT INTO boardcast.delivery AS d
           (producer, source, digest, subject, state, reason, field, content_type, headers, raw)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (producer, source, digest) DO UPDATE
       SET times = d.times + 1, last_at = clock_timestamp(),
           state = CASE WHEN d.state = 'event' THEN d.state ELSE excluded.state END,
           reason = CASE WHEN d.state = 'event' THEN d.reason ELSE excluded.reason END,
           field = CASE WHEN d.state = 'event' THEN d.field ELSE excluded.field END,
           subject = excluded.subject, raw = CASE WHEN d.state = 'event' THEN d.raw ELSE excluded.raw END
    RETURNING id, event_id
    """

  /// Of what is ignored the newest thousand of a source are kept.
  static let prune: SQL = """
    DELETE FROM boardcast.delivery WHERE id IN
      (SELECT id FROM boardcast.delivery
        WHERE state = 'ignored' AND producer = $1 AND source = $2 ORDER BY id DESC OFFSET 1000 LIMIT 100)
    """

  static let becameEvent: SQL = """
    UPDATE boardcast.delivery SET state = 'event', event_id = $4, reason = 'mapped', field = NULL
     WHERE producer = $1 AND source = $2 AND digest = $3 AND state <> 'event'
    """

  private static let columns: SQL = """
    SELECT id, producer, source, subject, state, reason, field, times, event_id, content_type, headers, raw,
           to_char(received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS received,
           to_char(last_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS last
      FROM boardcast.delivery

    """

  static let newest: SQL = columns + "WHERE state = $1 ORDER BY id DESC LIMIT $2"

  /// By state, `PRODUCER/SOURCE`, and the LAVA sources of one user, where they are given.
  static let shown: SQL =
    columns + """
      WHERE ($1::text IS NULL OR state = $1) AND ($2::text IS NULL OR producer || '/' || source = $2)
        AND ($3::text[] IS NULL OR producer || '/' || source = ANY ($3)) ORDER BY id DESC LIMIT $4
      """

  static let one: SQL = columns + "WHERE id = $1"

  /// Unmapped messages of the given sources that nobody read with their files as they are now: a few, the oldest first.
  static let untried: SQL = """
    SELECT d.id, s.digest FROM boardcast.delivery d
      JOIN unnest($1::text[], $2::text[], $3::text[]) AS s (producer, source, digest)
        ON s.producer = d.producer AND s.source = d.source
     WHERE d.state = 'unmapped' AND d.tried_with IS DISTINCT FROM s.digest
     ORDER BY d.id LIMIT $4
    """

  /// Notes that it is being read with such files; nothing when another process has.
  static let tryWith: SQL = """
    UPDATE boardcast.delivery SET tried_with = $2
     WHERE id = $1 AND state = 'unmapped' AND tried_with IS DISTINCT FROM $2
    """

  static let unmapped: SQL = """
    SELECT id FROM boardcast.delivery WHERE state = 'unmapped' ORDER BY id
    """

  static let lockUnmapped: SQL = columns + "WHERE id = $1 AND state = 'unmapped' FOR UPDATE"

  static let stillUnmapped: SQL = "UPDATE boardcast.delivery SET state = $2, reason = $3, field = $4 WHERE id = $1"

  static let tookEvent: SQL = """
    UPDATE boardcast.delivery SET state = 'event', event_id = $2, reason = 'mapped', field = NULL WHERE id = $1
    """

  /// A LAVA user by name, as `Sender` needs it.
  static let user: SQL = "SELECT id, username, is_superuser FROM auth_user WHERE username = $1 AND is_active"
}
