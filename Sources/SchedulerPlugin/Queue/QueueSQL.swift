import PostgresClient

/// Every statement that touches LAVA's queue, tags and groups. Rows are only ever added.
enum QueueSQL {
  /// Ids and strictly increasing times, drawn before the COPY that uses them: `now()` would give all jobs of one
  /// transaction the same submit time.
  static let drawJobs: SQL = """
    SELECT nextval(pg_get_serial_sequence('public.lava_scheduler_app_testjob', 'id')) AS id,
           clock_timestamp() AS submit_time
      FROM generate_series(1, $1)
    """

  static let addTags: SQL = """
    INSERT INTO lava_scheduler_app_tag (name, description)
    SELECT w.name, 'Names one board; kept by Boardcast'
      FROM unnest($1::text[]) AS w (name)
     WHERE NOT EXISTS (SELECT FROM lava_scheduler_app_tag t WHERE t.name = w.name)
    ON CONFLICT (name) DO NOTHING
    """

  static let attachTags: SQL = """
    INSERT INTO lava_scheduler_app_device_tags (device_id, tag_id)
    SELECT d.hostname, t.id
      FROM unnest($1::text[], $2::text[]) AS w (hostname, name)
      JOIN lava_scheduler_app_device d ON d.hostname = w.hostname
      JOIN lava_scheduler_app_tag t ON t.name = w.name
     WHERE NOT EXISTS (SELECT FROM lava_scheduler_app_device_tags x WHERE x.device_id = d.hostname AND x.tag_id = t.id)
    ON CONFLICT DO NOTHING
    """

  /// Own tags as they stand: the tag's id, whether the board carries it, and whether another board does too.
  static let ownTags: SQL = """
    SELECT w.hostname, t.id AS tag_id,
           coalesce(bool_or(x.device_id = w.hostname), false) AS attached,
           coalesce(bool_or(x.device_id <> w.hostname), false) AS shared
      FROM unnest($1::text[], $2::text[]) AS w (hostname, name)
      LEFT JOIN lava_scheduler_app_tag t ON t.name = w.name
      LEFT JOIN lava_scheduler_app_device_tags x ON x.tag_id = t.id
     GROUP BY w.hostname, t.id
    """

  /// Locks boards as a foreign key does, those that nobody else holds. A function does it
  /// (`migrations/0009_enabling.sql`), because a lock asks for a right that Boardcast's own role lacks.
  static let lockFreeBoards: SQL = "SELECT hostname, worker, locked FROM boardcast.lock_boards($1::text[], true)"

  /// The same, waiting for those that somebody holds.
  static let lockBoards: SQL = "SELECT hostname, worker, locked FROM boardcast.lock_boards($1::text[], false)"

  static let tagIDs: SQL = "SELECT id, name FROM lava_scheduler_app_tag WHERE name = ANY ($1::text[])"

  /// LAVA's `Group.objects.get_or_create(name=username)` for visibility `personal`.
  static let addPersonalGroup: SQL = """
    INSERT INTO auth_group (name) SELECT $1::text WHERE NOT EXISTS (SELECT FROM auth_group WHERE name = $1::text)
    ON CONFLICT (name) DO NOTHING
    """

  static let groupIDs: SQL = "SELECT id FROM auth_group WHERE name = ANY ($1::text[]) ORDER BY id"
}
