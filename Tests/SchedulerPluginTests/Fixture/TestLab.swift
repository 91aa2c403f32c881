import BoardInventory
import BuildEvents
import LAVAEvents
import LabSupport
import Logging
import Matcher
import PostgresClient

@testable import SchedulerPlugin

/// A clone of LAVA's database with Boardcast's tables, and what a writer needs to work on it.
struct TestLab: Sendable {
  let configuration: PostgresConfiguration
  let connection: PostgresConnection
  let files: LabFiles

  /// A clone with one worker and the given boards of type qemu, ready for the example's event.
  static func with<Value: Sendable>(
    boards: [String] = ["qemu-01", "qemu-02"], files: LabFiles = Example.shippedFiles(),
    _ body: (TestLab) async throws -> Value
  ) async throws -> Value {
    try await LAVADatabase.with { try await with($0, boards: boards, files: files, body) }
  }

  /// The same on a database that has LAVA's tables and Boardcast's.
  static func with<Value: Sendable>(
    _ configuration: PostgresConfiguration, boards: [String], files: LabFiles = Example.shippedFiles(),
    _ body: (TestLab) async throws -> Value
  ) async throws -> Value {
    let connection = try await PostgresConnection.connect(configuration, logger: LAVADatabase.logger)
    let lab = TestLab(configuration: configuration, connection: connection, files: files)
    try await connection.withTransaction { session in
      try LAVARows.addDeviceType("qemu", session)
      try LAVARows.addWorker("worker-1", session)
      for board in boards { try LAVARows.addDevice(board, type: "qemu", worker: "worker-1", session) }
    }
    do {
      let value = try await body(lab)
      await connection.close()
      return value
    } catch {
      await connection.close()
      throw error
    }
  }

  /// Another connection to the same database.
  func connect() async throws -> PostgresConnection {
    try await PostgresConnection.connect(configuration, logger: LAVADatabase.logger)
  }

  /// Puts an event on disk as a door does, sent by a LAVA user.
  @discardableResult
  func send(
    _ changes: [String: JSONValue] = [:], from user: String = "ci-bot", terms: EventTerms = .none
  ) async throws -> Int64 {
    let event = try Example.event(changes)
    let receipt = try await connection.withTransaction { session in
      let sender = try session.query(
        "SELECT id, username, is_superuser FROM auth_user WHERE username = $1", [.text(user)]
      )
      .only {
        Sender(id: try $0.int("id"), name: try $0.string("username"), isSuperuser: try $0.bool("is_superuser"))
      }
      return try EventStore.keep(event, raw: [], door: "test", sender: sender, terms: terms, session)
    }
    guard case .accepted(let id) = receipt else { throw LabSurprise("the event was not new: \(receipt)") }
    return id
  }

  /// One round of the writer.
  ///
  /// - Parameter time: PostgreSQL's time by which assignments expire; nil for now.
  @discardableResult
  func pass(
    on other: PostgresConnection? = nil, window: Int = 1, terms: SubmissionTerms? = nil,
    crash: CrashPoints = .none, inventory: LiveInventory? = nil, events: EventSender? = nil,
    expiring time: Int64? = nil
  ) async throws -> WriterPass.Report {
    try await WriterPass(
      connection: other ?? connection, files: files, logger: LAVADatabase.logger,
      terms: terms ?? Example.terms { $0.window = window }, crash: crash, inventory: inventory, events: events,
      time: time
    ).run()
  }

  /// One assignment as it stands, in words.
  struct Assignment: Hashable, Sendable {
    var event: Int64
    var board: String
    var state: String
    var reason: String?
    var job: Int?
    var outcome: String?
  }

  func assignments() async throws -> [Assignment] {
    try await connection.withSession { session in
      try session.query(
        "SELECT event_id, board, state, reason, job_id, outcome FROM boardcast.assignment ORDER BY event_id, board"
      ).map { row in
        Assignment(
          event: Int64(try row.int("event_id")), board: try row.string("board"), state: try row.string("state"),
          reason: try row.optionalString("reason"), job: try row.optionalInt("job_id"),
          outcome: try row.optionalString("outcome"))
      }
    }
  }

  /// How many rows a query counts; the query's one column is called `count`.
  func count(_ sql: SQL, _ parameters: [PostgresValue] = []) async throws -> Int {
    try await connection.withSession { try $0.query(sql, parameters).only { try $0.int("count") } }
  }

  func jobCount() async throws -> Int {
    try await count("SELECT count(*)::int AS count FROM lava_scheduler_app_testjob")
  }

  /// Does to the database what only LAVA or a person may do.
  func change(_ sql: SQL, _ parameters: [PostgresValue] = []) async throws {
    _ = try await connection.withTransaction { try $0.execute(sql, parameters) }
  }
}

/// Something in the lab is not as the test needs it.
struct LabSurprise: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Waits until a condition holds; false when it still does not after the deadline. The only way tests wait for what
/// gives no signal.
func eventually(_ deadline: Duration = .seconds(20), _ holds: () async throws -> Bool) async rethrows -> Bool {
  let end = ContinuousClock.now + deadline
  while ContinuousClock.now < end {
    if try await holds() { return true }
    try? await Task.sleep(for: .milliseconds(10))
  }
  return false
}
