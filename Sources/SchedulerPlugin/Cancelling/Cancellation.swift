import PostgresClient

/// One queued job of an older build that LAVA is to be asked to cancel. LAVA's rows are read here and never written.
struct Cancellation: Hashable, Sendable {
  /// LAVA's id of the job.
  let job: Int
  /// The event of the newer build.
  let event: Int
  /// How often LAVA was asked already.
  let attempts: Int
  /// Whether a day is over since it was first to be asked.
  let isOld: Bool
  /// TestJob.state; nil when LAVA has the job no more.
  let state: Int?
  /// TestJob.health.
  let health: Int?

  /// How it ended.
  enum Result: String, Hashable, Sendable {
    /// LAVA cancelled the job before it ran.
    case cancelled
    /// LAVA had given the job to its board already, where it stays.
    case started
    /// The job was over, or deleted.
    case over
    /// LAVA refuses, or could not be asked for a day.
    case givenUp = "given_up"
  }

  /// What the job's own state says about asking for it: nil when it stands in the queue, so that LAVA may be asked.
  var settled: Result? {
    switch (state, health) {
    case (0, _): nil
    // Finished and Canceled; one that had not begun is so at once (lava_scheduler_app/models.py:go_state_canceling).
    case (5, 3): .cancelled
    case (1, _), (2, _), (3, _): .started
    default: .over
    }
  }

  /// Asks for the queued jobs of a rule's and line's older builds, in the transaction that decides the newer one.
  static func ask(rule: String, line: String, _ session: borrowing PostgresSession) throws {
    _ = try session.execute(CancellationSQL.ask, [.text(rule), .text(line)])
  }

  /// Those that are to be tried now, the longest waiting first.
  static func due(_ session: borrowing PostgresSession) throws -> [Cancellation] {
    try session.query(CancellationSQL.due).map(Self.init)
  }

  /// The same one, as it is now; nil when somebody has ended it meanwhile.
  func now(_ session: borrowing PostgresSession) throws -> Cancellation? {
    try session.query(CancellationSQL.one, [PostgresValue(job)]).first { try Self($0) }
  }

  /// Notes that LAVA is being asked, before it is.
  func begin(_ session: borrowing PostgresSession) throws {
    _ = try session.execute(CancellationSQL.begin, [PostgresValue(job)])
  }

  /// Notes how it ended, here and with the assignment, and wakes the writer.
  func end(_ result: Result, by user: String?, problem: String? = nil, _ session: borrowing PostgresSession) throws {
    let newer = "event \(event) brought a newer build of the same line"
    let words =
      switch result {
      case .cancelled: "\(newer); \(user.map { "LAVA's user '\($0)'" } ?? "somebody") cancelled the queued job"
      case .started: "\(newer), but LAVA had started the job"
      case .over: "\(newer), but the job was over"
      case .givenUp: "\(newer), but LAVA did not cancel the job: \(problem ?? "no reason is given")"
      }
    _ = try session.execute(
      CancellationSQL.end,
      [PostgresValue(job), .text(result.rawValue), .text(words), PostgresValue(problem)])
    _ = try session.execute(EventSQL.announce)
  }

  /// Puts all that are due off, because LAVA cannot be asked now.
  static func putOff(
    _ problem: String, for pause: Duration, _ session: borrowing PostgresSession
  ) throws {
    _ = try session.execute(CancellationSQL.putOff, [.text(problem), .float8(pause / .seconds(1))])
  }
}

extension Cancellation {
  fileprivate init(_ row: borrowing PostgresRow) throws {
    self.init(
      job: try row.int("job_id"), event: try row.int("event_id"), attempts: try row.int("attempts"),
      isOld: try row.bool("is_old"), state: try row.optionalInt("state"), health: try row.optionalInt("health"))
  }
}
