import BoardInventory
import Matcher
import PostgresClient

/// Moves waiting assignments into LAVA's queue, inside the caller's transaction.
struct QueueFeeder {
  let lab: LabSnapshot
  let schema: QueueSchema
  var terms = SubmissionTerms()
  /// Jobs to queue at most in one transaction. Past some hundred rows a larger batch gains nothing, and until COMMIT the
  /// boards are locked that jobs ask for by name: LAVA's scheduler waits for them.
  var limit = Self.together
  /// Assignments for pools that could have none, and go by their board's own tag.
  var alone: Set<Int64> = []

  /// How many jobs are written in one transaction.
  static let together = 500

  /// What one feeding did.
  struct Outcome: Hashable, Sendable {
    /// LAVA's job ids by board.
    var jobs: [(board: String, job: Int64)] = []
    /// Whether there may be more to queue that the transaction had no room for.
    var isFull = false

    static func == (left: Self, right: Self) -> Bool { left.jobs.elementsEqual(right.jobs, by: ==) }
    func hash(into hasher: inout Hasher) { hasher.combine(jobs.count) }
  }

  /// Reads what waits, decides, writes the jobs and the reasons.
  func feed(
    _ session: borrowing PostgresSession, random: inout some RandomNumberGenerator, crash: CrashPoints
  ) throws -> Outcome {
    var facts = try FeedFacts.read(window: terms.window, grants: terms.grants, session)
    guard !facts.waiting.isEmpty else { return Outcome() }
    for place in facts.waiting.indices where alone.contains(facts.waiting[place].id) {
      facts.waiting[place].route = .ownTag
    }
    let tagged = facts.waiting.filter { $0.route == .ownTag }.map(\.board)
    let tags = try OwnTags.read(Array(Set(tagged)), session)
    let untagged = Set(tags.missing)
    // A board whose tag is not attached yet is passed over; the next pass attaches it first.
    facts.waiting.removeAll {
      $0.route == .ownTag && untagged.contains($0.board) && lab.board(named: $0.board) != nil
    }
    let known = Dictionary(facts.waiting.map { ($0.id, $0.reason) }, uniquingKeysWith: { first, _ in first })
    let plan = try recheck(facts, shared: tags.shared, session)
    let pools = try PoolPlaces.read(facts.waiting.filter { $0.route == .pool }.map(\.id), session)
    // A board that is not in the pool yet keeps its turn; the next round lets it join first.
    let outside = Set(facts.waiting.filter { $0.route == .pool && pools.places[$0.id] == nil }.map(\.id))
    let held = plan.queue.filter(outside.contains).map { ($0, Self.joining) }
    let queue = plan.queue.filter { !outside.contains($0) }
    try write(
      plan.reasons.merging(held.filter { known[$0.0] != $0.1 }) { own, _ in own }, state: "waiting", session)
    try write(plan.refused, state: "refused", session)
    if !plan.refused.isEmpty {
      _ = try session.execute(AssignmentSQL.refuseOthers, [.int8Array(plan.refused.keys.sorted())])
    }
    let jobs = queue.isEmpty ? [] : try prepare(queue, tags, pools, session, &random)
    if !jobs.isEmpty {
      try write(jobs, session)
      crash.reached(.jobsCopied)
      _ = try session.execute(
        AssignmentSQL.markQueued,
        [
          .int8Array(jobs.map(\.assignmentID)), .int8Array(jobs.map(\.id)), .int8Array(jobs.map { $0.pool ?? 0 }),
        ])
      _ = try session.execute(FeedSQL.serve, [.int8Array(jobs.map(\.assignmentID))])
    }
    let isFull = !jobs.isEmpty && plan.queue.count >= limit
    // What the next transaction queues needs no reason why it waits.
    if !isFull {
      _ = try session.execute(
        AssignmentSQL.explainOthers, [PostgresValue(terms.window), .int8Array(facts.waiting.map(\.id))])
    }
    return Outcome(jobs: jobs.map { ($0.board, $0.id) }, isFull: isFull)
  }

  private static let joining = Reason(
    .busy,
    "its tag for the pool of the rule's jobs is about to be attached; LAVA's scheduler may hold the board just now")

  /// Plans on the snapshot, then asks LAVA's tables once more about just the boards that the plan would queue for or give
  /// up, and plans on that: a board that went away meanwhile waits, one that came meanwhile is not given up.
  private func recheck(
    _ facts: FeedFacts, shared: Set<String>, _ session: borrowing PostgresSession
  ) throws -> FeedPlan {
    let plan = FeedPlan(facts, lab: lab, shared: shared, terms: terms, limit: limit)
    let decisive = Set(plan.queue).union(plan.refused.keys)
    let boards = Set(facts.waiting.filter { decisive.contains($0.id) }.map(\.board))
    guard !boards.isEmpty else { return plan }
    let now = try LabSnapshot.availability(of: boards.sorted(), session)
    var fresh: [String: Availability?] = [:]
    for board in boards { fresh.updateValue(now[board], forKey: board) }
    return FeedPlan(facts, lab: lab, shared: shared, terms: terms, limit: limit, fresh: fresh)
  }

  private func write(_ reasons: [Int64: Reason], state: String, _ session: borrowing PostgresSession) throws {
    guard !reasons.isEmpty else { return }
    let rows = reasons.sorted { $0.key < $1.key }
    _ = try session.execute(
      AssignmentSQL.setReasons,
      [
        .int8Array(rows.map(\.key)), .textArray(rows.map(\.value.code.rawValue)),
        .textArray(rows.map(\.value.detail)), .text(state),
      ])
  }

  private func write(_ jobs: [QueuedJob], _ session: borrowing PostgresSession) throws {
    try session.copyIn(table: "lava_scheduler_app_testjob", columns: schema.columns.map(\.rawValue)) { writer in
      for job in jobs { try writer.row(schema.columns.map(job.value)) }
    }
    try session.copyIn(table: "lava_scheduler_app_testjob_tags", columns: ["testjob_id", "tag_id"]) { writer in
      for job in jobs {
        for tag in job.tagIDs {
          try writer.row([.int4(Int32(truncatingIfNeeded: job.id)), .int4(Int32(truncatingIfNeeded: tag))])
        }
      }
    }
    guard jobs.contains(where: { !$0.viewingGroupIDs.isEmpty }) else { return }
    try session.copyIn(table: "lava_scheduler_app_testjob_viewing_groups", columns: ["testjob_id", "group_id"]) {
      writer in
      for job in jobs {
        for group in job.viewingGroupIDs {
          try writer.row([.int4(Int32(truncatingIfNeeded: job.id)), .int4(Int32(truncatingIfNeeded: group))])
        }
      }
    }
  }
}
