public import PostgresClient

/// Rows in LAVA's tables, every column that must be filled filled as LAVA fills it (lava-database.md, 1).
public enum LAVARows {
  /// A device type.
  public static func addDeviceType(
    _ name: String, displayed: Bool = true, _ session: borrowing PostgresSession
  ) throws {
    _ = try session.execute(
      """
      INSERT INTO lava_scheduler_app_devicetype
             (name, health_frequency, disable_health_check, health_denominator, display)
      VALUES ($1, 24, false, 0, $2)
      """, [.text(name), .bool(displayed)])
  }

  /// A worker; online, active and without a limit unless told.
  public static func addWorker(
    _ hostname: String, state: Int = 0, health: Int = 0, jobLimit: Int = 0, _ session: borrowing PostgresSession
  ) throws {
    _ = try session.execute(
      """
      INSERT INTO lava_scheduler_app_worker (hostname, state, health, job_limit, last_ping, token)
      VALUES ($1, $2, $3, $4, now(), repeat('x', 32))
      """, [.text(hostname), PostgresValue(state), PostgresValue(health), PostgresValue(jobLimit)])
  }

  /// A device; idle and good unless told.
  public static func addDevice(
    _ hostname: String, type: String, state: Int = 0, health: Int = 0, worker: String?, description: String? = nil,
    isSynced: Bool = false, _ session: borrowing PostgresSession
  ) throws {
    _ = try session.execute(
      """
      INSERT INTO lava_scheduler_app_device
             (hostname, device_type_id, state, health, worker_host_id, description, is_synced)
      VALUES ($1, $2, $3, $4, $5, $6, $7)
      """,
      [
        .text(hostname), .text(type), PostgresValue(state), PostgresValue(health), PostgresValue(worker),
        PostgresValue(description), .bool(isSynced),
      ])
  }

  /// Attaches a tag to a device, making the tag where it is new.
  public static func tag(_ hostname: String, _ name: String, _ session: borrowing PostgresSession) throws {
    _ = try session.execute(
      "INSERT INTO lava_scheduler_app_tag (name) VALUES ($1) ON CONFLICT (name) DO NOTHING", [.text(name)])
    _ = try session.execute(
      """
      INSERT INTO lava_scheduler_app_device_tags (device_id, tag_id)
      SELECT $1, id FROM lava_scheduler_app_tag WHERE name = $2
      """, [.text(hostname), .text(name)])
  }

  /// A user as `create_user` makes one; returns its id.
  @discardableResult
  public static func addUser(
    _ name: String, isActive: Bool = true, isSuperuser: Bool = false, _ session: borrowing PostgresSession
  ) throws -> Int {
    try session.query(
      """
      INSERT INTO auth_user
             (username, password, first_name, last_name, email, is_staff, is_active, is_superuser, date_joined)
      VALUES ($1, '!', '', '', '', false, $2, $3, now()) RETURNING id
      """, [.text(name), .bool(isActive), .bool(isSuperuser)]
    ).only { try $0.int("id") }
  }

  /// A group with these members; returns its id.
  @discardableResult
  public static func addGroup(
    _ name: String, members: [String] = [], _ session: borrowing PostgresSession
  ) throws -> Int {
    let id = try session.query("INSERT INTO auth_group (name) VALUES ($1) RETURNING id", [.text(name)])
      .only { try $0.int("id") }
    _ = try session.execute(
      """
      INSERT INTO auth_user_groups (user_id, group_id)
      SELECT id, $1 FROM auth_user WHERE username = ANY ($2::text[])
      """, [PostgresValue(id), .textArray(members)])
    return id
  }
}

extension LAVARows {
  /// Gives a group a permission on a device.
  public static func permit(
    _ codename: String, device: String, group: Int, _ session: borrowing PostgresSession
  ) throws {
    _ = try session.execute(
      """
      INSERT INTO lava_scheduler_app_groupdevicepermission (group_id, device_id, permission_id)
      SELECT $1, $2, p.id FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id
       WHERE p.codename = $3 AND c.app_label = 'lava_scheduler_app'
      """, [PostgresValue(group), .text(device), .text(codename)])
  }

  /// Gives a group a permission on a device type.
  public static func permit(
    _ codename: String, deviceType: String, group: Int, _ session: borrowing PostgresSession
  ) throws {
    _ = try session.execute(
      """
      INSERT INTO lava_scheduler_app_groupdevicetypepermission (group_id, devicetype_id, permission_id)
      SELECT $1, $2, p.id FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id
       WHERE p.codename = $3 AND c.app_label = 'lava_scheduler_app'
      """, [PostgresValue(group), .text(deviceType), .text(codename)])
  }

  /// Gives a user a global permission.
  public static func permitEverywhere(
    _ codename: String, user: String, _ session: borrowing PostgresSession
  ) throws {
    _ = try session.execute(
      """
      INSERT INTO auth_user_user_permissions (user_id, permission_id)
      SELECT u.id, p.id FROM auth_user u, auth_permission p JOIN django_content_type c ON c.id = p.content_type_id
       WHERE u.username = $1 AND p.codename = $2 AND c.app_label = 'lava_scheduler_app'
      """, [.text(user), .text(codename)])
  }

  /// Gives every member of a group a global permission.
  public static func permitEverywhere(
    _ codename: String, group: Int, _ session: borrowing PostgresSession
  ) throws {
    _ = try session.execute(
      """
      INSERT INTO auth_group_permissions (group_id, permission_id)
      SELECT $1, p.id FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id
       WHERE p.codename = $2 AND c.app_label = 'lava_scheduler_app'
      """, [PostgresValue(group), .text(codename)])
  }
}

extension LAVARows {
  /// Gives a group a permission on a worker; nothing happens where this LAVA has no such permission.
  public static func permit(
    _ codename: String, worker: String, group: Int, _ session: borrowing PostgresSession
  ) throws {
    _ = try session.execute(
      """
      INSERT INTO lava_scheduler_app_groupworkerpermission (group_id, worker_id, permission_id)
      SELECT $1, $2, p.id FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id
       WHERE p.codename = $3 AND c.app_label = 'lava_scheduler_app'
      """, [PostgresValue(group), .text(worker), .text(codename)])
  }

  /// A finished job, in whatever columns this LAVA has; returns its id.
  public static func addJob(
    submitter: String, type: String, isPublic: Bool, board: String?, _ session: borrowing PostgresSession
  ) throws -> Int {
    try session.query(
      """
      INSERT INTO lava_scheduler_app_testjob
      SELECT (jsonb_populate_record(NULL::lava_scheduler_app_testjob, jsonb_build_object(
               'id', nextval(pg_get_serial_sequence('public.lava_scheduler_app_testjob', 'id')), 'sub_id', '',
               'is_public', $3::boolean, 'submitter_id', u.id, 'health_check', false, 'submit_time', now(),
               'requested_device_type_id', $2::text, 'actual_device_id', $4::text, 'state', 5, 'health', 1,
               'priority', 50, 'definition', '', 'original_definition', '', 'multinode_definition', '',
               'pipeline_compatibility', 0, 'metadata', '{}'::jsonb, 'token', repeat('x', 32)))).*
        FROM auth_user u WHERE u.username = $1
      RETURNING id
      """, [.text(submitter), .text(type), .bool(isPublic), PostgresValue(board)]
    ).only { try $0.int("id") }
  }
}
