import PostgresClient

/// Every statement about `boardcast.event`.
enum EventSQL {
  /// The channel that wakes the writer.
  static let channel = "boardcast_event"

  static let insert: SQL = """
    INSERT INTO boardcast.event
           (source, build_id, fingerprint, status, door, sender_id, sender_name, envelope_source, envelope_id,
            record, raw, state, scope)
    VALUES ($1, $2, $3, $4, $5, $6::bigint::integer, $7, $8, $9, $10, $11, $12, $13)
    ON CONFLICT DO NOTHING
    RETURNING id
    """

  static let announce: SQL = "SELECT pg_notify('boardcast_event', '')"

  static let byIdentity: SQL = """
    SELECT id FROM boardcast.event WHERE source = $1 AND build_id = $2 AND fingerprint = $3 AND status = $4
    """

  /// The same bytes for the same build: also after the mapping was changed they are no other build.
  static let bySameMessage: SQL = """
    SELECT id FROM boardcast.event WHERE source = $1 AND build_id = $2 AND raw = $3 ORDER BY id LIMIT 1
    """

  static let byEnvelope: SQL = "SELECT id FROM boardcast.event WHERE envelope_source = $1 AND envelope_id = $2"

  private static let columns: SQL = """
    SELECT id, record, sender_id, sender_name, state, hold, scope::text AS scope,
           to_char(received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS received,
           to_char(decided_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS decided
      FROM boardcast.event

    """

  static let byID: SQL = columns + "WHERE id = $1"

  static let newest: SQL = columns + "WHERE $2::bigint IS NULL OR sender_id = $2 ORDER BY id DESC LIMIT $1"

  static let undecided: SQL = "SELECT id FROM boardcast.event WHERE state = 'accepted' ORDER BY id LIMIT $1"

  /// Takes the event for deciding; nothing comes back when somebody decided it meanwhile.
  static let lockUndecided: SQL = """
    SELECT id FROM boardcast.event WHERE id = ANY ($1::bigint[]) AND state = 'accepted' ORDER BY id FOR UPDATE
    """

  static let markDecided: SQL = """
    UPDATE boardcast.event SET state = 'decided', decided_at = clock_timestamp(), hold = NULL
     WHERE id = ANY ($1::bigint[])
    """

  static let hold: SQL = """
    UPDATE boardcast.event SET hold = $2 WHERE id = $1 AND state = 'accepted' AND hold IS DISTINCT FROM $2
    """
}
