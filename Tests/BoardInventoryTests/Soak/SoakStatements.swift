import PostgresClient

/// What LAVA's processes, or a person with psql, do to the inventory; `$1` is a number that picks rows and values.
enum SoakStatements {
  static let all: [SQL] = [
    state, state, state, health, health, mine, worker, worker, untag, tag, tag, renameTag, alias, moveAlias, dropAlias,
    display, insert, delete, type, dropType, permission, dropPermission, everyState, retype, ping, addWorker,
    dropWorker,
  ]

  private static let some: SQL = """
     (SELECT hostname FROM lava_scheduler_app_device ORDER BY hostname
      OFFSET $1::int % (SELECT count(*) FROM lava_scheduler_app_device) LIMIT 1)
    """
  private static let someTag: SQL = """
     (SELECT id FROM lava_scheduler_app_tag ORDER BY id
      OFFSET $1::int % (SELECT greatest(count(*), 1) FROM lava_scheduler_app_tag) LIMIT 1)
    """
  private static let someType: SQL = """
     (SELECT name FROM lava_scheduler_app_devicetype ORDER BY name
      OFFSET $1::int % (SELECT count(*) FROM lava_scheduler_app_devicetype) LIMIT 1)
    """

  private static let state = "UPDATE lava_scheduler_app_device SET state = $1::int % 3 WHERE hostname =" + some
  private static let health = "UPDATE lava_scheduler_app_device SET health = $1::int % 6 WHERE hostname =" + some
  private static let mine: SQL =
    """
    UPDATE lava_scheduler_app_device SET description = 'x' || $1::int, worker_host_id = CASE WHEN $1::int % 5 = 0
      THEN NULL ELSE 'worker-' || $1::int % 12 END WHERE hostname =
    """ + some
  private static let worker: SQL = """
    UPDATE lava_scheduler_app_worker SET state = ($1::int % 4 = 0)::int, health = greatest($1::int % 7 - 4, 0),
      job_limit = $1::int % 6 WHERE hostname = 'worker-' || $1::int % 12
    """
  private static let untag = "DELETE FROM lava_scheduler_app_device_tags WHERE device_id =" + some
  private static let tag: SQL =
    "INSERT INTO lava_scheduler_app_device_tags (device_id, tag_id) SELECT" + some + "," + someTag
    + " WHERE EXISTS (SELECT FROM lava_scheduler_app_tag) ON CONFLICT DO NOTHING"
  private static let renameTag =
    "UPDATE lava_scheduler_app_tag SET name = 'sql-' || id || '-' || $1::int % 3 WHERE id ="
    + someTag
  private static let alias =
    "INSERT INTO lava_scheduler_app_alias SELECT 'sql-alias-' || $1::int % 20," + someType + " ON CONFLICT DO NOTHING"
  private static let moveAlias: SQL =
    """
    UPDATE lava_scheduler_app_alias SET device_type_id = CASE WHEN $1::int % 4 = 0 THEN NULL ELSE
    """ + someType + " END WHERE name = 'sql-alias-' || $1::int % 20"
  private static let dropAlias: SQL = "DELETE FROM lava_scheduler_app_alias WHERE name = 'sql-alias-' || $1::int % 20"
  private static let display = "UPDATE lava_scheduler_app_devicetype SET display = NOT display WHERE name =" + someType
  private static let insert: SQL =
    """
    INSERT INTO lava_scheduler_app_device (hostname, device_type_id, state, health, worker_host_id, is_synced)
    SELECT 'sql-board-' || $1::int % 20 || '-' || g,
    """ + someType + """
        , 0, 0, 'worker-' || g % 12, false FROM generate_series(0, $1::int % 4 * 60) AS g ON CONFLICT DO NOTHING
      """
  private static let delete: SQL = """
    WITH gone AS (SELECT hostname FROM lava_scheduler_app_device d WHERE hostname LIKE 'sql-board-%'
                    AND NOT EXISTS (SELECT FROM lava_scheduler_app_testjob j WHERE j.actual_device_id = d.hostname)),
         untagged AS (DELETE FROM lava_scheduler_app_device_tags USING gone WHERE device_id = gone.hostname),
         denied AS (DELETE FROM lava_scheduler_app_groupdevicepermission USING gone WHERE device_id = gone.hostname)
    DELETE FROM lava_scheduler_app_device d USING gone WHERE d.hostname = gone.hostname AND $1::int >= 0
    """
  private static let type: SQL = """
    INSERT INTO lava_scheduler_app_devicetype
           (name, health_frequency, disable_health_check, health_denominator, display)
    VALUES ('sql-type-' || $1::int % 5, 24, false, 0, true) ON CONFLICT DO NOTHING
    """
  private static let dropType: SQL = """
    DELETE FROM lava_scheduler_app_devicetype t WHERE name = 'sql-type-' || $1::int % 5
      AND NOT EXISTS (SELECT FROM lava_scheduler_app_device d WHERE d.device_type_id = t.name)
      AND NOT EXISTS (SELECT FROM lava_scheduler_app_testjob j WHERE j.requested_device_type_id = t.name)
      AND NOT EXISTS (SELECT FROM lava_scheduler_app_groupdevicetypepermission p WHERE p.devicetype_id = t.name)
      AND NOT EXISTS (SELECT FROM lava_scheduler_app_alias a WHERE a.device_type_id = t.name)
    """
  private static let permission: SQL =
    """
    INSERT INTO lava_scheduler_app_groupdevicepermission (group_id, permission_id, device_id)
    SELECT (SELECT id FROM auth_group ORDER BY id LIMIT 1), p.id,
    """ + some + " FROM auth_permission p WHERE p.codename = 'submit_to_device' ON CONFLICT DO NOTHING"
  private static let dropPermission = "DELETE FROM lava_scheduler_app_groupdevicepermission WHERE device_id =" + some
  private static let everyState: SQL =
    "UPDATE lava_scheduler_app_device SET state = $1::int % 3 WHERE worker_host_id = 'worker-' || $1::int % 12"
  private static let retype =
    "UPDATE lava_scheduler_app_device SET device_type_id =" + someType + " WHERE hostname ="
    + some
  private static let ping: SQL =
    "UPDATE lava_scheduler_app_worker SET last_ping = now() WHERE hostname = 'worker-' || $1::int % 12"
  private static let addWorker: SQL = """
    INSERT INTO lava_scheduler_app_worker (hostname, state, health, job_limit, last_ping, token)
    VALUES ('sql-worker-' || $1::int % 3, 0, 0, 1, now(), '') ON CONFLICT DO NOTHING
    """
  private static let dropWorker: SQL = """
    DELETE FROM lava_scheduler_app_worker w WHERE hostname = 'sql-worker-' || $1::int % 3
      AND NOT EXISTS (SELECT FROM lava_scheduler_app_device d WHERE d.worker_host_id = w.hostname)
    """
}
