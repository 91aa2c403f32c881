import PostgresClient

/// Which boards LAVA would not let a user submit to.
///
/// The rule is that of `TestJob.from_yaml_and_user`: `DeviceType.can_view` on the type, then
/// `RestrictedDeviceQuerySet.accessible_by_user(user, "submit_to_device")` (lava_scheduler_app/managers.py), as one
/// statement for any number of users and boards instead of one query per board.
enum SubmitPermission {
  /// Of all boards; for a user who is not active, or gone, every one.
  static func forbiddenBoards(userID: Int, _ session: borrowing PostgresSession) throws -> Set<String> {
    try forbiddenBoards(users: [userID], among: nil, session)[userID] ?? []
  }

  /// The same of several users, and of the given boards only; nil means all boards. Who may submit to all of them is
  /// absent.
  static func forbiddenBoards(
    users: [Int], among boards: [String]?, _ session: borrowing PostgresSession
  ) throws -> [Int: Set<String>] {
    var forbidden: [Int: Set<String>] = [:]
    try session.query(
      Self.forbidden, [.int8Array(users.map(Int64.init)), boards.map(PostgresValue.textArray) ?? .null]
    ).forEach { row in
      forbidden[try row.int("user_id"), default: []].insert(try row.string("hostname"))
    }
    return forbidden
  }

  /// Most boards of a lab are open to everybody and drop out before any user is looked at.
  private static let forbidden: SQL =
    PermissionSQL.held + """
      my_type AS (
        SELECT m.user_id, o.devicetype_id, o.codename FROM on_type o JOIN mine m ON m.group_id = o.group_id
      ), board AS MATERIALIZED (
        SELECT d.hostname, d.device_type_id,
               d.device_type_id IN (SELECT devicetype_id FROM on_type WHERE codename = 'view_devicetype') AS hidden_type,
               d.device_type_id IN (SELECT devicetype_id FROM on_type WHERE codename = 'submit_to_devicetype')
                 AS closed_type,
               d.hostname IN (SELECT device_id FROM on_board WHERE codename = 'submit_to_device') AS closed
          FROM lava_scheduler_app_device d
         WHERE $2::text[] IS NULL OR d.hostname IN (SELECT unnest($2::text[]))
      )
      SELECT w.id AS user_id, b.hostname
        FROM who w
        JOIN board b ON NOT w.active OR b.hidden_type OR b.closed_type OR b.closed
       WHERE NOT w.root
         AND (NOT w.active
              OR (b.hidden_type AND NOT 'view_devicetype' = ANY (w.everywhere)
                  AND (w.id, b.device_type_id::text) NOT IN (SELECT user_id, devicetype_id::text FROM my_type))
              OR (NOT 'submit_to_device' = ANY (w.everywhere)
                  AND (b.closed
                       OR (b.closed_type AND NOT 'submit_to_devicetype' = ANY (w.everywhere)
                           AND (w.id, b.device_type_id::text) NOT IN
                               (SELECT user_id, devicetype_id::text FROM my_type WHERE codename <> 'view_devicetype')))
                  AND (w.id, b.hostname::text) NOT IN
                      (SELECT m.user_id, o.device_id::text FROM on_board o JOIN mine m ON m.group_id = o.group_id
                        WHERE o.codename <> 'view_device')))
      """
}
