import BoardInventory
import LAVAEvents
import Logging
import PostgresClient

/// Jobs that stand in LAVA's queue, as LAVA's events tell of them.
enum JobAnnouncement {
  /// Reads jobs by their ids. What is no more there is left out.
  static func read(_ jobs: [Int64], _ session: borrowing PostgresSession) throws -> [TestJobEvent] {
    try session.query(byID, [.int8Array(jobs)]).map(event)
  }

  /// All our jobs that nobody has taken yet.
  static func readQueued(_ session: borrowing PostgresSession) throws -> [TestJobEvent] {
    try session.query(queued).map(event)
  }

  private static func event(_ row: borrowing PostgresRow) throws -> TestJobEvent {
    TestJobEvent(
      job: Int64(try row.int("id")), description: try row.optionalString("description"),
      priority: try row.int("priority"),
      // PostgreSQL counts from 2000.
      submitted: try row.timestampMicroseconds("submit_time") + 946_684_800_000_000,
      submitter: try row.string("username"), isHealthCheck: try row.bool("health_check"),
      deviceType: try row.optionalString("device_type"))
  }

  private static let byID: SQL = """
    SELECT j.id, j.description, j.priority, j.submit_time, u.username, j.health_check,
           j.requested_device_type_id AS device_type
      FROM lava_scheduler_app_testjob j JOIN auth_user u ON u.id = j.submitter_id
     WHERE j.id = ANY ($1::bigint[]) ORDER BY j.id
    """

  private static let queued: SQL = """
    SELECT j.id, j.description, j.priority, j.submit_time, u.username, j.health_check,
           j.requested_device_type_id AS device_type
      FROM boardcast.assignment a
      JOIN lava_scheduler_app_testjob j ON j.id = a.job_id AND j.state = 0
      JOIN auth_user u ON u.id = j.submitter_id
     WHERE a.state = 'queued' ORDER BY j.id
    """
}

extension WriterPass {
  /// Tells LAVA of jobs that are committed. Whatever goes wrong here, the jobs are in the queue.
  func announce(_ jobs: [Int64], _ schema: QueueSchema) async {
    guard let events, !jobs.isEmpty else { return }
    await tell(events, schema) { try JobAnnouncement.read(jobs, $0) }
  }

  /// Tells of all our jobs that nobody has taken yet.
  func announceQueued(_ schema: QueueSchema) async {
    guard let events else { return }
    await tell(events, schema) { try JobAnnouncement.readQueued($0) }
  }

  private func tell(
    _ events: EventSender, _ schema: QueueSchema,
    _ read: @Sendable (borrowing PostgresSession) throws -> [TestJobEvent]
  ) async {
    do {
      events.send(try await connection.withSession(read), offset: schema.columns.contains(.requestedDevice))
    } catch {
      events.owe()
      logger.debug("new jobs could not be read for LAVA's events", metadata: ["error": "\(error)"])
    }
  }
}
