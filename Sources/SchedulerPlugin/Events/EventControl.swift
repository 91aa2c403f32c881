internal import BuildEvents
public import PostgresClient

/// What people do to an event's work; each inside the caller's transaction.
public enum EventControl {
  /// What became of it.
  public struct Outcome: Hashable, Sendable {
    /// How many assignments it concerned.
    public let assignments: Int
    /// How many jobs of the event LAVA has, queued or running; they are LAVA's and stay as they are.
    public let jobsInLAVA: Int
  }

  /// Gives up what waits of an event; an event nobody decided yet schedules nothing any more.
  ///
  /// Returns nil when there is no such event.
  public static func cancel(
    _ id: Int64, by author: String, _ session: borrowing PostgresSession
  ) throws -> Outcome? {
    guard try EventStore.event(id, session) != nil else { return nil }
    _ = try session.execute(ControlSQL.keep, [.int8(id), .text("cancelled by \(author)")])
    let count = try session.execute(ControlSQL.cancel, [.int8(id), .text("cancelled by \(author)")])
    return try Outcome(assignments: count, jobsInLAVA: jobs(id, session))
  }

  /// Decides an event again: boards that have a job of it keep it, all others are looked at anew.
  ///
  /// Returns nil when there is no such event. Throws `NothingToRetry` for one whose build did not succeed.
  public static func retry(_ id: Int64, _ session: borrowing PostgresSession) throws -> Outcome? {
    guard let stored = try EventStore.event(id, session) else { return nil }
    guard stored.event.status == .success else { throw NothingToRetry(status: stored.event.status.description) }
    let count = try session.execute(ControlSQL.forgetAssignments, [.int8(id)])
    _ = try session.execute(ControlSQL.forgetDecisions, [.int8(id)])
    _ = try session.execute(ControlSQL.accept, [.int8(id)])
    _ = try session.execute(CallbackSQL.reopen, [.int8(id)])
    _ = try session.execute(EventSQL.announce)
    return try Outcome(assignments: count, jobsInLAVA: jobs(id, session))
  }

  private static func jobs(_ id: Int64, _ session: borrowing PostgresSession) throws -> Int {
    try session.query(ControlSQL.jobs, [.int8(id)]).only { try $0.int("jobs") }
  }
}

/// The event is kept for the record only.
public struct NothingToRetry: Error, Hashable, Sendable, CustomStringConvertible {
  let status: String
  /// One line.
  public var description: String { "the build's status is \(status); only a success is tested" }
}

private enum ControlSQL {
  static let keep: SQL = """
    UPDATE boardcast.event SET state = 'kept', hold = $2 WHERE id = $1 AND state = 'accepted'
    """

  static let cancel: SQL = """
    UPDATE boardcast.assignment
       SET state = 'cancelled', reason = NULL, detail = $2, finished_at = clock_timestamp()
     WHERE event_id = $1 AND state = 'waiting'
    """

  static let jobs: SQL = """
    SELECT count(*)::int AS jobs FROM boardcast.assignment WHERE event_id = $1 AND state IN ('queued', 'running')
    """

  static let forgetAssignments: SQL = "DELETE FROM boardcast.assignment WHERE event_id = $1 AND job_id IS NULL"

  static let forgetDecisions: SQL = "DELETE FROM boardcast.decision WHERE event_id = $1"

  static let accept: SQL = """
    UPDATE boardcast.event SET state = 'accepted', hold = NULL, decided_at = NULL WHERE id = $1
    """
}
