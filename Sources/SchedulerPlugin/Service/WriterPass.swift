import BoardInventory
import BuildEvents
import LAVAEvents
import Logging
import PostgresClient

/// One round of the writer: decide what came in, read back what LAVA did, feed what waits.
///
/// Runs on the connection that holds the writer's lock, so whoever loses the lock cannot write.
struct WriterPass: Sendable {
  let connection: PostgresConnection
  let files: LabFiles
  let logger: Logger
  var terms = SubmissionTerms()
  var crash = CrashPoints.none
  /// The snapshot that follows LAVA; nil reads the lab afresh for every decision.
  var inventory: LiveInventory?
  /// Where LAVA is told of new jobs; nil where its events are off.
  var events: EventSender?
  /// A snapshot that was read whole longer ago is not decided on.
  var oldest = Duration.seconds(90)
  /// PostgreSQL's time as it was when the round began, in microseconds since 2000, by which assignments expire: the clock
  /// may be set at any moment. Nil looks when it comes to that.
  var time: Int64?
  /// Jobs that are written in one transaction at most.
  var jobsTogether = QueueFeeder.together

  /// What a round did, for logs and tests.
  struct Report: Hashable, Sendable {
    var decided = 0
    var queued = 0
    /// Why nothing may be written; nil when all is well.
    var hold: String?
  }

  /// Does all there is to do now. Throws what PostgreSQL throws; then nothing of the failed step was written.
  func run() async throws -> Report {
    var report = Report()
    let schema: QueueSchema
    do {
      schema = try await connection.withSession { try QueueSchema(LAVATables.read($0)) }
    } catch let error where error is QueueSchema.Unfit || error is NotALAVADatabase {
      report.hold = "\(error)"
      try await hold("\(error)")
      return report
    }
    if events?.takeDebt() == true { await announceQueued(schema) }
    let undecided = try await connection.withSession { try EventStore.undecided(100, $0) }
    let live = try await undecided.isEmpty ? nil : caughtUp()
    for start in stride(from: 0, to: undecided.count, by: Self.together) {
      let some = Array(undecided[start..<min(start + Self.together, undecided.count)])
      try await decide(some, live, schema, &report)
    }
    report.queued += try await feed(schema)
    return report
  }

  /// The snapshot that follows LAVA with all that was committed up to now, so before any event that was read already;
  /// nil when the lab must be read afresh.
  private func caughtUp() async throws -> LabSnapshot? {
    guard let inventory, try await inventory.catchUp(on: connection) else { return nil }
    return inventory.snapshot(within: oldest)
  }

  /// Follows and feeds; does next to nothing when there is nothing open.
  private func feed(_ schema: QueueSchema) async throws -> Int {
    let open = try await connection.withSession { try Self.open($0) }
    guard open.waiting || open.live || open.pools else { return 0 }
    try await follow()
    if open.pools { try await tendPools() }
    // What was queued may wait again: a board took a job of a pool before its own was written.
    var waits = open.waiting
    if open.pools, !waits { waits = try await connection.withSession { try Self.open($0).waiting } }
    guard waits else {
      try await attachTags(connection.withSession { try OwnTags.boards($0) })
      return 0
    }
    let lab = try await lab()
    var feeder = QueueFeeder(lab: lab, schema: schema, terms: terms, limit: jobsTogether)
    let alone = try await joinPools(lab)
    feeder.alone = alone.assignments
    try await attachTags(connection.withSession { try OwnTags.boards($0) } + alone.boards)
    let (crash, ready) = (crash, feeder)
    var jobs = 0
    // What is left when one transaction is full comes in the next one. A board gets no more jobs by this: each is planned
    // on what the one before has written.
    for _ in 1...Self.feedings {
      let outcome = try await connection.withTransaction { session in
        var random = SystemRandomNumberGenerator()
        return try ready.feed(session, random: &random, crash: crash)
      }
      await announce(outcome.jobs.map(\.job), schema)
      jobs += outcome.jobs.count
      guard outcome.isFull else { break }
    }
    if jobs > 0 { logger.info("waiting assignments queued", metadata: ["jobs": "\(jobs)"]) }
    return jobs
  }

  /// How often a round feeds at most, before it looks for new events again.
  private static let feedings = 20

  private static func open(
    _ session: borrowing PostgresSession
  ) throws -> (waiting: Bool, live: Bool, pools: Bool) {
    try session.query(AssignmentSQL.anyOpen).only {
      (waiting: try $0.bool("waiting"), live: try $0.bool("live"), pools: try $0.bool("pools"))
    }
  }

  /// The lab as it is: the snapshot that follows LAVA, or else a fresh read.
  private func lab() async throws -> LabSnapshot {
    if let live = inventory?.snapshot(within: oldest) { return live }
    let catalogue = files.catalogue
    return try await connection.withTransaction(.repeatableRead, readOnly: true) {
      try LabSnapshot.read($0, catalogue: catalogue)
    }
  }

  func attachTags(_ boards: [String]) async throws {
    guard !boards.isEmpty else { return }
    let missing = try await connection.withSession { try OwnTags.read(boards, $0).missing }
    guard !missing.isEmpty else { return }
    try await connection.withTransaction { try OwnTags.attach(missing, $0) }
    logger.info("boards tagged with their own tag", metadata: ["boards": "\(missing.count)"])
  }

  func hold(_ id: Int64, _ why: String) async throws {
    let isNew = try await connection.withTransaction { try $0.execute(EventSQL.hold, [.int8(id), .text(why)]) } > 0
    if isNew { logger.error("an event is held", metadata: ["event": "\(id)", "reason": "\(why)"]) }
  }

  private func hold(_ why: String) async throws {
    _ = try await connection.withTransaction { session in
      for id in try EventStore.undecided(1_000, session) {
        _ = try session.execute(EventSQL.hold, [.int8(id), .text(why)])
      }
    }
  }
}
