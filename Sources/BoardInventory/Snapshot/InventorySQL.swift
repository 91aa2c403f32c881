import PostgresClient

/// What is read of LAVA's inventory tables. Columns are those that 2023.01 and 2026.10 both have.
///
/// Where a statement takes `$1`, NULL stands for all rows.
enum InventorySQL {
  static let now: SQL = "SELECT extract(epoch FROM now())::float8 AS now"

  static let devices: SQL = """
    SELECT hostname, device_type_id, state, health, worker_host_id, description, is_synced
      FROM lava_scheduler_app_device
     WHERE $1::text[] IS NULL OR hostname = ANY ($1::text[])
     ORDER BY hostname
    """

  /// Busy = Reserved or Running, as LAVA counts them against `job_limit` (scheduler.py:worker_summary).
  static let workers: SQL = """
    SELECT w.hostname, w.state, w.health, w.job_limit, count(d.hostname)::int AS busy
      FROM lava_scheduler_app_worker w
      LEFT JOIN lava_scheduler_app_device d ON d.worker_host_id = w.hostname AND d.state IN (1, 2)
     WHERE $1::text[] IS NULL OR w.hostname = ANY ($1::text[])
     GROUP BY w.hostname, w.state, w.health, w.job_limit
    """

  static let deviceTypes: SQL = "SELECT name, display, architecture_id, bits_id FROM lava_scheduler_app_devicetype"

  static let aliases: SQL = """
    SELECT name, device_type_id FROM lava_scheduler_app_alias WHERE device_type_id IS NOT NULL ORDER BY name
    """

  static let deviceTags: SQL = """
    SELECT dt.device_id, t.name
      FROM lava_scheduler_app_device_tags dt
      JOIN lava_scheduler_app_tag t ON t.id = dt.tag_id
     WHERE $1::text[] IS NULL OR dt.device_id = ANY ($1::text[])
    """

  /// Boards that carry one of the tags.
  static let boardsWithTags: SQL = """
    SELECT DISTINCT device_id FROM lava_scheduler_app_device_tags WHERE tag_id = ANY ($1::bigint[])
    """

  /// Triggers of `migrations/0002_inventory_triggers.sql` that are not there or are switched off, as `trigger on table`.
  static let missingTriggers: SQL = """
    SELECT e.event || ' on ' || w.name AS missing
      FROM unnest(ARRAY['device', 'worker', 'devicetype', 'alias', 'tag', 'device_tags', 'groupdevicepermission',
                        'groupdevicetypepermission']) AS w (name),
           unnest(ARRAY['boardcast_inserted', 'boardcast_updated', 'boardcast_deleted', 'boardcast_truncated'])
             AS e (event)
     WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t
                        WHERE t.tgrelid = to_regclass('public.lava_scheduler_app_' || w.name) AND t.tgname = e.event
                          AND t.tgenabled <> 'D')
     ORDER BY 1
    """
}
