import PostgresClient

/// What LAVA's permission tables hold of some users, as the beginning of a statement (lava-database.md, 1.3 and 3.4).
///
/// LAVA gives permissions on single objects to groups only; a higher one implies the lower ones on the same object
/// (lava_scheduler_app/managers.py:filter_by_perm). Permissions everywhere are a user's own or a group's, and imply
/// nothing. LAVA asks authentication whether a user is active; here an inactive one, or one that is gone, has nothing.
enum PermissionSQL {
  /// $1 are LAVA's ids of the users. `who` has a row for each of them, `on_type` and `on_board` all groups' permissions
  /// on device types and devices, `mine` the users' groups.
  static let held: SQL = """
    WITH mine AS MATERIALIZED (
      SELECT user_id, group_id FROM auth_user_groups WHERE user_id = ANY ($1::bigint[])
    ), everywhere AS MATERIALIZED (
      SELECT h.user_id, p.codename
        FROM (SELECT user_id, permission_id FROM auth_user_user_permissions WHERE user_id = ANY ($1::bigint[])
              UNION ALL
              SELECT m.user_id, g.permission_id FROM auth_group_permissions g JOIN mine m ON m.group_id = g.group_id) h
        JOIN auth_permission p ON p.id = h.permission_id
        JOIN django_content_type c ON c.id = p.content_type_id AND c.app_label = 'lava_scheduler_app'
    ), who AS MATERIALIZED (
      SELECT w.id, coalesce(u.is_active, false) AS active, coalesce(u.is_active AND u.is_superuser, false) AS root,
             coalesce((SELECT array_agg(e.codename::text) FROM everywhere e WHERE e.user_id = w.id), '{}') AS everywhere
        FROM unnest($1::bigint[]) AS w (id) LEFT JOIN auth_user u ON u.id = w.id
    ), on_type AS MATERIALIZED (
      SELECT r.devicetype_id, r.group_id, p.codename
        FROM lava_scheduler_app_groupdevicetypepermission r JOIN auth_permission p ON p.id = r.permission_id
       WHERE p.codename IN ('view_devicetype', 'submit_to_devicetype', 'change_devicetype')
    ), on_board AS MATERIALIZED (
      SELECT r.device_id, r.group_id, p.codename
        FROM lava_scheduler_app_groupdevicepermission r JOIN auth_permission p ON p.id = r.permission_id
       WHERE p.codename IN ('view_device', 'submit_to_device', 'change_device')
    ),

    """
}
