import PostgresClient

/// Every statement of registering. LAVA's rows are only ever added.
enum RegistrationSQL {
  static let devices: SQL = """
    SELECT hostname, device_type_id, worker_host_id, description, health, is_synced
      FROM lava_scheduler_app_device
     WHERE $1::text[] IS NULL OR hostname = ANY ($1::text[])
     ORDER BY hostname
    """

  static let types: SQL = "SELECT name FROM lava_scheduler_app_devicetype"
  static let aliases: SQL = "SELECT name FROM lava_scheduler_app_alias"
  static let workers: SQL = "SELECT hostname AS name FROM lava_scheduler_app_worker"
  static let tags: SQL = "SELECT name FROM lava_scheduler_app_tag"

  static let records: SQL = """
    SELECT hostname, capabilities, applied, dictionary, source
      FROM boardcast.registration
     WHERE $1::text[] IS NULL OR hostname = ANY ($1::text[]) OR starts_with(source, $2::text)
    """

  /// `DeviceType.objects.create(name=…, health_frequency=24, health_denominator=0)` (device-types.py:handle_add).
  static let addType: SQL = """
    INSERT INTO lava_scheduler_app_devicetype
           (name, health_frequency, health_denominator, disable_health_check, display)
    VALUES ($1, 24, 0, false, true) ON CONFLICT (name) DO NOTHING
    """

  /// `Worker.objects.create(hostname=…, description="", health=Active)` (workers.py:handle_add): offline until it pings.
  static let addWorker: SQL = """
    INSERT INTO lava_scheduler_app_worker (hostname, state, health, description, last_ping, job_limit, token)
    VALUES ($1, 1, 0, '', clock_timestamp(), 0, $2) ON CONFLICT (hostname) DO NOTHING
    """

  /// `Device.objects.create(…)` (devices.py:handle_add): idle.
  static let addDevice: SQL = """
    INSERT INTO lava_scheduler_app_device
           (hostname, device_type_id, worker_host_id, description, state, health, is_synced)
    VALUES ($1, $2, $3, $4, 0, $5::bigint::integer, false)
    """

  /// `Tag.objects.get_or_create(name=…)` (devices.py:handle_add).
  static let addTags: SQL = """
    INSERT INTO lava_scheduler_app_tag (name)
    SELECT w.name FROM unnest($1::text[]) AS w (name)
     WHERE NOT EXISTS (SELECT FROM lava_scheduler_app_tag t WHERE t.name = w.name)
    ON CONFLICT (name) DO NOTHING
    """

  static let attachTags: SQL = """
    INSERT INTO lava_scheduler_app_device_tags (device_id, tag_id)
    SELECT $1::text, t.id FROM lava_scheduler_app_tag t WHERE t.name = ANY ($2::text[])
    ON CONFLICT DO NOTHING
    """

  /// LAVA's foreign keys wait for COMMIT; here they are looked at while nothing else is done yet.
  static let checkNow: SQL = "SET CONSTRAINTS ALL IMMEDIATE"

  static let keepRecord: SQL = """
    INSERT INTO boardcast.registration (hostname, capabilities, applied, dictionary, source, applied_by)
    VALUES ($1, $2::jsonb, $3::jsonb, $4, $5, $6)
    ON CONFLICT (hostname) DO UPDATE
       SET capabilities = excluded.capabilities, applied = excluded.applied, dictionary = excluded.dictionary,
           source = excluded.source, applied_at = clock_timestamp(), applied_by = excluded.applied_by
    """

  /// The dictionary is ours from the moment it is there, whatever becomes of the rest.
  static let keepDictionary: SQL = """
    UPDATE boardcast.registration SET dictionary = $2, applied = applied - 'accepted' WHERE hostname = $1
    """

  static let markAccepted: SQL = """
    UPDATE boardcast.registration SET applied = applied || '{"accepted": true}'::jsonb WHERE hostname = ANY ($1::text[])
    """

  /// Held by the connection of an apply for as long as it lasts. ARCHITECTURE.md lists the locks: no two share a number.
  static let claim: SQL = "SELECT pg_try_advisory_lock(1650746228, 4) AS claimed"
}
