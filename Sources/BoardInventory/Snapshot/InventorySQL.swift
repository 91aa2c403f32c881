import PostgresClient

/// What is read of LAVA's inventory tables. Columns are those that 2023.01 and 2026.10 both have.
///
/// Where a statement takes `$1`, NULL stands for all rows.
enum InventorySQL {
  static let now: SQL = "SELECT extract(epoch FROM now())::float8 AS now"

  /// With each device its last health check. LAVA sets that together with the device's state, so it is told of by the
  /// same notification (migrations/0002_inventory_triggers.sql); the end of any other job changes nothing of it.
  static let devices: SQL = """
    SELECT d.hostname, d.device_type_id, d.state, d.health, d.worker_host_id, d.description, d.is_synced,
           h.health = 1 AS check_passed, extract(epoch FROM h.end_time)::float8 AS check_ended
      FROM lava_scheduler_app_device d
      LEFT JOIN lava_scheduler_app_testjob h ON h.id = d.last_health_report_job_id
     WHERE $1::text[] IS NULL OR d.hostname = ANY ($1::text[])
     ORDER BY d.hostname
    """

  /// Busy = Reserved or Running, as LAVA counts them against `job_limit` (scheduler.py:worker_summary).
  static let workers: SQL = """
    SELECT w.hostname, w.state, w.health, w.job_limit,
           (SELECT count(*) FROM lava_scheduler_app_device d
             WHERE d.worker_host_id = w.hostname AND d.state IN (1, 2))::int AS busy
      FROM lava_scheduler_app_worker w
     WHERE $1::text[] IS NULL OR w.hostname = ANY ($1::text[])
    """

  static let deviceTypes: SQL = "SELECT name, display, architecture_id, bits_id FROM lava_scheduler_app_devicetype"

  static let aliases: SQL = """
    SELECT name, device_type_id FROM lava_scheduler_app_alias WHERE device_type_id IS NOT NULL ORDER BY name
    """

  static let deviceTags: SQL = """
    SELECT dt.device_id, array_agg(t.name) AS names
      FROM lava_scheduler_app_device_tags dt
      JOIN lava_scheduler_app_tag t ON t.id = dt.tag_id
     WHERE $1::text[] IS NULL OR dt.device_id = ANY ($1::text[])
     GROUP BY dt.device_id
    """

  /// Boards that carry one of the tags.
  static let boardsWithTags: SQL = """
    SELECT DISTINCT device_id FROM lava_scheduler_app_device_tags WHERE tag_id = ANY ($1::bigint[])
    """

  /// Sends a mark; false when the triggers keep silent because the queue is half full.
  static let mark: SQL = "SELECT pg_notification_queue_usage() <= 0.5 AS is_heard, pg_notify($1, $2)"

  /// Boards of one of the workers `$1` or one of the types `$2`.
  static let siblings: SQL = """
    SELECT hostname FROM lava_scheduler_app_device
     WHERE worker_host_id = ANY ($1::text[]) OR device_type_id = ANY ($2::text[])
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

  /// Watched tables on which the role may not make triggers.
  static let tablesWithoutTriggerRight: SQL = """
    SELECT c.relname::text AS name
      FROM unnest(ARRAY['device', 'worker', 'devicetype', 'alias', 'tag', 'device_tags', 'groupdevicepermission',
                        'groupdevicetypepermission']) AS w (name)
      JOIN pg_catalog.pg_class c ON c.oid = to_regclass('public.lava_scheduler_app_' || w.name)
     WHERE NOT has_table_privilege(c.oid, 'TRIGGER')
     ORDER BY 1
    """

  /// Makes the triggers that are not there, as `migrations/0002_inventory_triggers.sql` does, and switches on the others.
  static let restoreTriggers: SQL = """
    DO $$
    DECLARE
      watched record;
      switched "char";
    BEGIN
      FOR watched IN
        SELECT 'lava_scheduler_app_' || w.name AS name, e.*, w.args
          FROM (VALUES
            ('device', $args$'device', 'hostname', 'device_version', 'last_health_report_job_id'$args$),
            ('worker',
             $args$'worker', 'hostname', 'last_ping', 'version', 'token', 'description', 'master_version_notified'$args$),
            ('devicetype', $args$'type', 'name', 'description'$args$),
            ('alias', $args$'type', 'device_type_id'$args$),
            ('tag', $args$'tag', 'id', 'description'$args$),
            ('device_tags', $args$'device', 'device_id'$args$),
            ('groupdevicepermission', $args$'permission', 'device_id'$args$),
            ('groupdevicetypepermission', $args$'permission', 'devicetype_id'$args$)
          ) AS w (name, args),
          (VALUES
            ('boardcast_inserted', 'INSERT', 'REFERENCING NEW TABLE AS new_rows'),
            ('boardcast_updated', 'UPDATE', 'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows'),
            ('boardcast_deleted', 'DELETE', 'REFERENCING OLD TABLE AS old_rows'),
            ('boardcast_truncated', 'TRUNCATE', '')
          ) AS e (trigger, event, rows)
         WHERE to_regclass('public.lava_scheduler_app_' || w.name) IS NOT NULL
      LOOP
        SELECT t.tgenabled INTO switched FROM pg_catalog.pg_trigger t
         WHERE t.tgrelid = to_regclass('public.' || watched.name) AND t.tgname = watched.trigger;
        IF NOT FOUND THEN
          EXECUTE format(
            'CREATE TRIGGER %I AFTER %s ON public.%I %s FOR EACH STATEMENT '
            'EXECUTE FUNCTION boardcast.inventory_changed(%s)',
            watched.trigger, watched.event, watched.name, watched.rows, watched.args);
        ELSIF switched = 'D' THEN
          EXECUTE format('ALTER TABLE public.%I ENABLE TRIGGER %I', watched.name, watched.trigger);
        END IF;
      END LOOP;
    END
    $$
    """
}
