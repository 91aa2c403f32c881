import LabSupport
import PostgresClient
import Testing

/// LAVA's tables of one test: registers boards, and does to them and their jobs what LAVA and its people do.
struct LabBoards: Sendable {
  /// The LAVA API token of `tester`.
  static let token = "token0of0tester"

  let connection: PostgresConnection

  /// Two QEMU boards ready, one in maintenance, and a board of another type; and `tester` with a token.
  func register() async throws {
    try await connection.withSession { session in
      try session.script(
        """
        INSERT INTO lava_scheduler_app_worker (hostname, health, state, last_ping, job_limit, token)
        VALUES ('rack', 0, 0, now(), 0, 'workertoken');
        INSERT INTO lava_scheduler_app_devicetype
               (name, display, health_denominator, health_frequency, disable_health_check)
        VALUES ('qemu', true, 0, 24, false), ('panda', true, 0, 24, false);
        INSERT INTO lava_scheduler_app_device (hostname, device_type_id, worker_host_id, health, state, is_synced)
        VALUES ('qemu-01', 'qemu', 'rack', 1, 0, false), ('qemu-02', 'qemu', 'rack', 1, 0, false),
               ('qemu-03', 'qemu', 'rack', 4, 0, false), ('panda-01', 'panda', 'rack', 1, 0, false);
        """)
    }
    try await registerSender()
  }

  /// `tester` with a token.
  func registerSender() async throws {
    try await connection.withSession { session in
      try session.script(
        """
        INSERT INTO auth_user (username, first_name, last_name, email, password, is_superuser, is_staff, is_active,
                               date_joined)
        VALUES ('tester', '', '', '', '', false, false, true, now());
        INSERT INTO linaro_django_xmlrpc_authtoken (secret, description, created_on, user_id)
        SELECT 'token0of0tester', '', now(), id FROM auth_user WHERE username = 'tester';
        """)
    }
  }

  /// What `devices update --health` does: 1 is Good, 4 is Maintenance (lava_scheduler_app/models.py:Device).
  func set(health: Int, of board: String) async throws {
    try await execute(
      "UPDATE lava_scheduler_app_device SET health = $2::bigint::integer WHERE hostname = $1",
      [.text(board), PostgresValue(health)])
  }

  /// What LAVA writes when its jobs are over: Finished and Complete. Then wakes the writer, which would else look at
  /// its next tick.
  func finishJobs() async throws {
    try await execute(
      """
      UPDATE lava_scheduler_app_testjob SET state = 5, health = 1, start_time = now(), end_time = now() WHERE state <> 5
      """)
    try await execute("SELECT pg_notify('boardcast_event', '')")
  }

  private func execute(_ sql: SQL, _ values: [PostgresValue] = []) async throws {
    _ = try await connection.withSession { try $0.query(sql, values).rowCount }
  }

  /// One assignment and its job.
  struct Entry: Hashable, Sendable, Comparable {
    let build: String
    let board: String
    let state: String
    let job: Int?

    static func < (left: Self, right: Self) -> Bool { (left.build, left.board) < (right.build, right.board) }
  }

  /// A job in LAVA: its tags, the board's own also where the job asks for the board by name, and whether it stands in the
  /// queue (Submitted).
  struct Job: Hashable, Sendable {
    let id: Int
    let tags: [String]
    let isSubmitted: Bool
  }

  /// All assignments and all of LAVA's jobs, as they were at one moment.
  func ledger() async throws -> (assignments: [Entry], jobs: [Job]) {
    try await connection.withTransaction(.repeatableRead, readOnly: true) { session in
      let assignments = try session.query(Self.allAssignments).map {
        Entry(
          build: try $0.string("build_id"), board: try $0.string("board"), state: try $0.string("state"),
          job: try $0.optionalInt("job_id"))
      }
      let jobs = try session.query(Self.allJobs).map {
        Job(id: try $0.int("id"), tags: try $0.stringArray("tags"), isSubmitted: try $0.bool("submitted"))
      }
      return (assignments.sorted(), jobs)
    }
  }

  private static let allAssignments: SQL = """
    SELECT e.build_id, a.board, a.state, a.job_id
      FROM boardcast.assignment a JOIN boardcast.event e ON e.id = a.event_id
    """

  private static let allJobs: SQL = """
    SELECT j.id, j.state = 0 AS submitted,
           ARRAY(SELECT g.name::text FROM lava_scheduler_app_testjob_tags t
                   JOIN lava_scheduler_app_tag g ON g.id = t.tag_id WHERE t.testjob_id = j.id)
             || CASE WHEN to_jsonb(j) ->> 'requested_device_id' IS NULL THEN '{}'::text[]
                     ELSE ARRAY['board-' || (to_jsonb(j) ->> 'requested_device_id')] END AS tags
      FROM lava_scheduler_app_testjob j ORDER BY j.id
    """

  /// Builds and states of all events.
  func events() async throws -> [String: [String]] {
    try await connection.withSession { session in
      var events: [String: [String]] = [:]
      try session.query("SELECT build_id, state FROM boardcast.event").forEach {
        events[try $0.string("build_id"), default: []].append(try $0.string("state"))
      }
      return events
    }
  }

  /// Waits until these builds, and no others, are on disk and decided.
  func decided(_ builds: [String]) async throws {
    try await eventually("\(builds) decided") {
      let events = try await events()
      return Set(events.keys).isSuperset(of: builds) && events.values.allSatisfy { $0 == ["decided"] }
    }
  }

  /// Waits until an assignment has the state.
  func assignment(_ build: String, _ board: String, is state: String) async throws {
    try await eventually("\(build) on \(board) is \(state)") {
      try await ledger().assignments.contains { $0.build == build && $0.board == board && $0.state == state }
    }
  }
}
