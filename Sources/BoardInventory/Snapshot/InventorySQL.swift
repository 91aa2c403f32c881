import PostgresClient

/// What is read of LAVA's inventory tables. Columns are those that 2023.01 and 2026.10 both have.
enum InventorySQL {
  static let now: SQL = "SELECT extract(epoch FROM now())::float8 AS now"

  static let devices: SQL = """
    SELECT hostname, device_type_id, state, health, worker_host_id, description, is_synced
      FROM lava_scheduler_app_device
     ORDER BY hostname
    """

  /// Busy = Reserved or Running, as LAVA counts them against `job_limit` (scheduler.py:worker_summary).
  static let workers: SQL = """
    SELECT w.hostname, w.state, w.health, w.job_limit, count(d.hostname)::int AS busy
      FROM lava_scheduler_app_worker w
      LEFT JOIN lava_scheduler_app_device d ON d.worker_host_id = w.hostname AND d.state IN (1, 2)
     GROUP BY w.hostname, w.state, w.health, w.job_limit
    """

  static let deviceTypes: SQL = "SELECT name, display FROM lava_scheduler_app_devicetype"

  static let aliases: SQL = """
    SELECT name, device_type_id FROM lava_scheduler_app_alias WHERE device_type_id IS NOT NULL ORDER BY name
    """

  static let deviceTags: SQL = """
    SELECT dt.device_id, t.name
      FROM lava_scheduler_app_device_tags dt
      JOIN lava_scheduler_app_tag t ON t.id = dt.tag_id
    """
}
