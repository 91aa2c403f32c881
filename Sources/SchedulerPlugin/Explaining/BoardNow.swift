internal import BoardInventory
public import Matcher
internal import PostgresClient

/// A board as LAVA has it now, with what LAVA's own records say of since when.
public struct BoardNow: Hashable, Sendable {
  /// LAVA's device type.
  public let deviceType: String
  /// Everything that keeps it from taking a job now; empty when nothing does.
  public let facts: [Reason]
  /// The worker's last sign of life, RFC 3339, UTC; nil while the worker is online, without a worker, and for whom LAVA does
  /// not show the worker.
  public let workerSilentSince: String?
  /// The last time its health changed, as LAVA's log of changes tells it
  /// (lava_scheduler_app/models.py:Device.log_admin_entry); nil when the log has nothing.
  public let health: Change?
  /// The same of its worker's health (Worker.log_admin_entry).
  public let workerHealth: Change?
  /// LAVA's last health check of it, such as `passed 2026-11-02T08:00:00Z`; nil when LAVA has none.
  public let healthCheck: String?

  /// An entry of LAVA's log.
  public struct Change: Hashable, Sendable {
    /// When; RFC 3339, UTC.
    public let at: String
    /// LAVA's user who did it.
    public let author: String
    /// LAVA's words, such as `Good → Maintenance (broken)`.
    public let words: String
  }

  /// Reads a board; nil when LAVA has it not.
  static func read(
    _ hostname: String, sight: Sight, _ session: borrowing PostgresSession
  ) throws -> BoardNow? {
    let row = try session.query(BoardNowSQL.board, [.text(hostname)]).first {
      (
        type: try $0.string("device_type_id"), worker: try $0.optionalString("worker_host_id"),
        silent: try $0.optionalString("silent_since"), check: try $0.optionalString("health_check")
      )
    }
    guard let row else { return nil }
    let worker = row.worker.flatMap { sight.shows(worker: $0) ? $0 : nil }
    let availability = try LabSnapshot.availability(of: [hostname], session)[hostname]
    return BoardNow(
      deviceType: row.type, facts: availability?.facts.map(Reason.init) ?? [],
      workerSilentSince: worker == nil ? nil : row.silent,
      health: try change("device", hostname, session),
      workerHealth: try worker.flatMap { try change("worker", $0, session) }, healthCheck: row.check)
  }

  private static func change(
    _ model: String, _ name: String, _ session: borrowing PostgresSession
  ) throws -> Change? {
    try session.query(BoardNowSQL.change, [.text(model), .text(name)]).first {
      Change(at: try $0.string("at"), author: try $0.string("author"), words: try $0.string("change_message"))
    }
  }
}

private enum BoardNowSQL {
  /// LAVA's Worker.state 1 is Offline; its scheduler says so some time after the last ping.
  static let board: SQL = """
    SELECT d.device_type_id, d.worker_host_id,
           CASE WHEN w.state = 1
                THEN to_char(w.last_ping AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') END AS silent_since,
           CASE WHEN h.health = 1 THEN 'passed' WHEN h.id IS NOT NULL THEN 'did not pass' END
             || coalesce(to_char(h.end_time AT TIME ZONE 'UTC', ' YYYY-MM-DD"T"HH24:MI:SS"Z"'), '') AS health_check
      FROM lava_scheduler_app_device d
      LEFT JOIN lava_scheduler_app_worker w ON w.hostname = d.worker_host_id
      LEFT JOIN lava_scheduler_app_testjob h ON h.id = d.last_health_report_job_id
     WHERE d.hostname = $1
    """

  static let change: SQL = """
    SELECT to_char(l.action_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at,
           coalesce(u.username, '-') AS author, l.change_message
      FROM django_admin_log l
      JOIN django_content_type c ON c.id = l.content_type_id
      LEFT JOIN auth_user u ON u.id = l.user_id
     WHERE c.app_label = 'lava_scheduler_app' AND c.model = $1 AND l.object_id = $2 AND l.change_message LIKE '%→%'
     ORDER BY l.id DESC LIMIT 1
    """
}
