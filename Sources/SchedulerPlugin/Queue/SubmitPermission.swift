import PostgresClient

/// Which boards LAVA would not let a user submit to.
///
/// The rule is that of `TestJob.from_yaml_and_user`: `DeviceType.can_view` on the type, then
/// `RestrictedDeviceQuerySet.accessible_by_user(user, "submit_to_device")` (lava_scheduler_app/managers.py), as one
/// statement instead of one query per board.
enum SubmitPermission {
  static func forbiddenBoards(userID: Int, _ session: borrowing PostgresSession) throws -> Set<String> {
    Set(try session.query(forbidden, [PostgresValue(userID)]).map { try $0.string("hostname") })
  }

  private static let forbidden: SQL = """
    WITH my_groups AS (
      SELECT group_id FROM auth_user_groups WHERE user_id = $1
    ), everywhere AS (
      SELECT p.codename
        FROM auth_permission p
        JOIN django_content_type c ON c.id = p.content_type_id AND c.app_label = 'lava_scheduler_app'
       WHERE p.codename IN ('submit_to_device', 'submit_to_devicetype', 'view_devicetype')
         AND (EXISTS (SELECT FROM auth_user_user_permissions u WHERE u.permission_id = p.id AND u.user_id = $1)
              OR EXISTS (SELECT FROM auth_group_permissions g
                          WHERE g.permission_id = p.id AND g.group_id IN (SELECT group_id FROM my_groups)))
    ), on_type AS (
      SELECT r.devicetype_id, p.codename, r.group_id IN (SELECT group_id FROM my_groups) AS mine
        FROM lava_scheduler_app_groupdevicetypepermission r JOIN auth_permission p ON p.id = r.permission_id
    ), on_device AS (
      SELECT r.device_id, p.codename, r.group_id IN (SELECT group_id FROM my_groups) AS mine
        FROM lava_scheduler_app_groupdevicepermission r JOIN auth_permission p ON p.id = r.permission_id
    ), type_access AS (
      SELECT t.name,
             (EXISTS (SELECT FROM everywhere WHERE codename = 'view_devicetype')
              OR NOT EXISTS (SELECT FROM on_type o WHERE o.devicetype_id = t.name AND o.codename = 'view_devicetype')
              OR EXISTS (SELECT FROM on_type o WHERE o.devicetype_id = t.name AND o.mine AND o.codename IN
                         ('view_devicetype', 'submit_to_devicetype', 'change_devicetype'))) AS visible,
             (EXISTS (SELECT FROM everywhere WHERE codename = 'submit_to_devicetype')
              OR NOT EXISTS (SELECT FROM on_type o
                              WHERE o.devicetype_id = t.name AND o.codename = 'submit_to_devicetype')
              OR EXISTS (SELECT FROM on_type o WHERE o.devicetype_id = t.name AND o.mine AND o.codename IN
                         ('submit_to_devicetype', 'change_devicetype'))) AS open
        FROM lava_scheduler_app_devicetype t
    )
    SELECT d.hostname
      FROM lava_scheduler_app_device d
      JOIN type_access t ON t.name = d.device_type_id
     WHERE NOT EXISTS (SELECT FROM auth_user WHERE id = $1 AND is_active AND is_superuser)
       AND NOT (EXISTS (SELECT FROM auth_user WHERE id = $1 AND is_active)
                AND t.visible
                AND (EXISTS (SELECT FROM everywhere WHERE codename = 'submit_to_device')
                     OR EXISTS (SELECT FROM on_device o WHERE o.device_id = d.hostname AND o.mine
                                 AND o.codename IN ('submit_to_device', 'change_device'))
                     OR (t.open AND NOT EXISTS (SELECT FROM on_device o WHERE o.device_id = d.hostname
                                                 AND o.codename = 'submit_to_device'))))
    """
}
