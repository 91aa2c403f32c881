import PostgresClient

/// What LAVA would not show a user: `visible_by_user` of device types, devices, workers and jobs
/// (lava_scheduler_app/managers.py), which is what LAVA's REST answers with.
enum ViewPermission {
  /// What is hidden from a user, by kind.
  struct Hidden: Hashable, Sendable {
    /// The user is not active, or gone: everything is hidden.
    var everything = false
    /// The user is an active superuser: nothing is.
    var nothing = false
    var types: Set<String> = []
    var boards: Set<String> = []
    /// Boards that are shown although their device type is hidden: a permission on a board goes before its type's.
    var shownOfHiddenTypes: Set<String> = []
    var workers: Set<String> = []
  }

  /// Everything that is hidden from a user, as one statement.
  static func hidden(from userID: Int, _ session: borrowing PostgresSession) throws -> Hidden {
    var hidden = Hidden()
    try session.query(hiddenNames, [.int8Array([Int64(userID)])]).forEach { row in
      let name = try row.string("name")
      switch try row.string("kind") {
      case "type": hidden.types.insert(name)
      case "board": hidden.boards.insert(name)
      case "worker": hidden.workers.insert(name)
      case "shown": hidden.shownOfHiddenTypes.insert(name)
      case "nothing": hidden.nothing = true
      default: hidden.everything = true
      }
    }
    return hidden
  }

  /// Those of the jobs that LAVA shows the user.
  static func visible(_ jobs: [Int], to userID: Int, _ session: borrowing PostgresSession) throws -> Set<Int> {
    guard !jobs.isEmpty else { return [] }
    return Set(
      try session.query(visibleJobs, [.int8Array([Int64(userID)]), .int8Array(jobs.map(Int64.init))]).map {
        try $0.int("id")
      })
  }

  /// `DeviceType.can_view`, and `Device.can_view`, for which a device type that is hidden hides its devices too, but for
  /// those on which a group of the user's has a permission.
  private static let hiddenPlaces: SQL =
    PermissionSQL.held + """
      hidden_type AS (
        SELECT t.name
          FROM lava_scheduler_app_devicetype t CROSS JOIN who w
         WHERE NOT w.root AND NOT 'view_devicetype' = ANY (w.everywhere)
           AND (NOT w.active
                OR (EXISTS (SELECT FROM on_type o WHERE o.devicetype_id = t.name AND o.codename = 'view_devicetype')
                    AND NOT EXISTS (SELECT FROM on_type o JOIN mine m ON m.group_id = o.group_id
                                     WHERE o.devicetype_id = t.name)))
      ), hidden_board AS (
        SELECT d.hostname AS name
          FROM lava_scheduler_app_device d CROSS JOIN who w
         WHERE NOT w.root AND NOT 'view_device' = ANY (w.everywhere)
           AND (NOT w.active
                OR ((d.device_type_id IN (SELECT name FROM hidden_type)
                     OR d.hostname IN (SELECT device_id FROM on_board WHERE codename = 'view_device'))
                    AND NOT d.hostname IN (SELECT o.device_id FROM on_board o JOIN mine m ON m.group_id = o.group_id)))
      )

      """

  /// LAVA has a permission to view workers since 2023.08; before, it shows them to everybody. No column tells the one
  /// from the other exactly: the one named here was dropped in 2023.06, when nobody could give that permission yet.
  private static let hiddenNames: SQL =
    hiddenPlaces + """
      SELECT 'type' AS kind, name FROM hidden_type
      UNION ALL
      SELECT 'board', name FROM hidden_board
      UNION ALL
      SELECT 'shown', d.hostname
        FROM lava_scheduler_app_device d
       WHERE d.device_type_id IN (SELECT name FROM hidden_type) AND NOT d.hostname IN (SELECT name FROM hidden_board)
      UNION ALL
      SELECT 'worker', k.hostname
        FROM lava_scheduler_app_worker k CROSS JOIN who w
       WHERE NOT w.root AND NOT 'view_worker' = ANY (w.everywhere)
         AND NOT EXISTS (SELECT FROM information_schema.columns
                          WHERE table_schema = 'public' AND table_name = 'lava_scheduler_app_worker'
                            AND column_name = 'master_version_notified')
         AND EXISTS (SELECT FROM lava_scheduler_app_groupworkerpermission r
                       JOIN auth_permission p ON p.id = r.permission_id AND p.codename = 'view_worker'
                      WHERE r.worker_id = k.hostname)
         AND NOT EXISTS (SELECT FROM lava_scheduler_app_groupworkerpermission r
                           JOIN auth_permission p ON p.id = r.permission_id
                            AND p.codename IN ('view_worker', 'change_worker')
                           JOIN mine m ON m.group_id = r.group_id
                          WHERE r.worker_id = k.hostname)
      UNION ALL
      SELECT CASE WHEN w.root THEN 'nothing' ELSE 'everything' END, '' FROM who w WHERE w.root OR NOT w.active
      """

  /// A job that not everybody may see is seen by its submitter, and by who is in all of its viewing groups; any other by
  /// who may see its device, or before it has one, its device type.
  private static let visibleJobs: SQL =
    hiddenPlaces + """
      SELECT j.id
        FROM lava_scheduler_app_testjob j
       CROSS JOIN who w
       CROSS JOIN LATERAL (
         SELECT count(*) AS groups, count(*) FILTER (WHERE m.group_id IS NULL) AS strange
           FROM lava_scheduler_app_testjob_viewing_groups v
           LEFT JOIN mine m ON m.group_id = v.group_id
          WHERE v.testjob_id = j.id) g
       WHERE j.id = ANY ($2::bigint[]) AND w.active
         AND (w.root OR 'view_testjob' = ANY (w.everywhere)
              OR (NOT j.is_public AND j.submitter_id = w.id)
              OR (g.groups > 0 AND g.strange = 0)
              OR (j.is_public AND g.groups = 0
                  AND CASE WHEN j.actual_device_id IS NOT NULL
                           THEN NOT j.actual_device_id IN (SELECT name FROM hidden_board)
                           ELSE NOT j.requested_device_type_id IN (SELECT name FROM hidden_type) END))
      """
}
