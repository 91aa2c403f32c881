import PostgresClient

/// Every statement about `boardcast.pull` and `boardcast.pull_item`.
enum PullSQL {
  /// Two numbers make the key of a lock, as in `WriterLock`: "bdct" and 6. One process fetches at a time.
  static let lock: SQL = "SELECT pg_try_advisory_lock(1650746228, 6) AS taken"

  /// Not before the migration that brings it.
  static let isThere: SQL = "SELECT to_regclass('boardcast.pull') IS NOT NULL AS there"

  static let state: SQL = """
    SELECT cursor FROM boardcast.pull WHERE producer = $1 AND source = $2 AND place = $3
    """

  /// Places the source's file names no more.
  static let forgetPlaces: SQL = """
    WITH gone AS (
      DELETE FROM boardcast.pull WHERE producer = $1 AND source = $2 AND place <> ALL ($3::text[])
    )
    DELETE FROM boardcast.pull_item WHERE producer = $1 AND source = $2 AND place <> ALL ($3::text[])
    """

  static let move: SQL = """
    INSERT INTO boardcast.pull AS p (producer, source, place, cursor) VALUES ($1, $2, $3, $4)
    ON CONFLICT (producer, source, place) DO UPDATE SET cursor = excluded.cursor, moved_at = clock_timestamp()
    """

  static let items: SQL = """
    SELECT item FROM boardcast.pull_item WHERE producer = $1 AND source = $2 AND place = $3
    """

  /// Nothing comes back for one that is there.
  static let take: SQL = """
    INSERT INTO boardcast.pull_item (producer, source, place, item) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING RETURNING item
    """

  static let took: SQL = """
    UPDATE boardcast.pull_item SET taken_as = $5
     WHERE producer = $1 AND source = $2 AND place = $3 AND item = $4
    """

  static let note: SQL = """
    INSERT INTO boardcast.pull_item (producer, source, place, item) SELECT $1, $2, $3, unnest($4::text[])
    ON CONFLICT DO NOTHING
    """

  /// Of those that are gone the oldest, as far as there are more than `$5` in all.
  static let forgetGone: SQL = """
    DELETE FROM boardcast.pull_item d
     USING (SELECT item FROM boardcast.pull_item
             WHERE producer = $1 AND source = $2 AND place = $3 AND item = ANY ($4::text[])
             ORDER BY noted_at
             LIMIT greatest(0, (SELECT count(*) FROM boardcast.pull_item
                                 WHERE producer = $1 AND source = $2 AND place = $3) - $5)) o
     WHERE d.producer = $1 AND d.source = $2 AND d.place = $3 AND d.item = o.item
    """

  /// Twice as long as KernelCI keeps its history.
  static let forgetOld: SQL = """
    DELETE FROM boardcast.pull_item
     WHERE producer = $1 AND source = $2 AND place = $3 AND noted_at < clock_timestamp() - interval '15 days'
    """

  static let say: SQL = """
    UPDATE boardcast.pull
       SET trouble = $4, since = CASE WHEN trouble IS NULL THEN clock_timestamp() ELSE since END
     WHERE producer = $1 AND source = $2 AND place = $3 AND trouble IS DISTINCT FROM $4
    """

  static let reports: SQL = """
    SELECT p.producer, p.source, p.place, p.trouble,
           to_char(p.moved_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS moved,
           to_char(p.since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since,
           (SELECT count(*)::int FROM boardcast.pull_item i
             WHERE i.producer = p.producer AND i.source = p.source AND i.place = p.place AND i.taken_as IS NOT NULL) AS taken,
           (SELECT count(*)::int FROM boardcast.pull_item i
             WHERE i.producer = p.producer AND i.source = p.source AND i.place = p.place AND i.taken_as IS NULL) AS left_alone
      FROM boardcast.pull p ORDER BY p.producer, p.source, p.place
    """
}
