import BoardInventory
import Matcher
import PostgresClient

/// Moves waiting assignments into LAVA's queue, inside the caller's transaction.
struct QueueFeeder {
  let lab: LabSnapshot
  let schema: QueueSchema
  /// Jobs of ours that LAVA's queue may hold per board.
  var window = 1
  /// Jobs to queue at most in one transaction; past some hundred rows a larger batch gains nothing.
  var limit = 10_000

  /// What one feeding did.
  struct Outcome: Hashable, Sendable {
    /// LAVA's job ids by board.
    var jobs: [(board: String, job: Int64)] = []

    static func == (left: Self, right: Self) -> Bool { left.jobs.elementsEqual(right.jobs, by: ==) }
    func hash(into hasher: inout Hasher) { hasher.combine(jobs.count) }
  }

  /// Reads what waits, decides, writes the jobs and the reasons.
  func feed(
    _ session: borrowing PostgresSession, random: inout some RandomNumberGenerator, crash: CrashPoints
  ) throws -> Outcome {
    var facts = try FeedFacts.read(window: window, session)
    guard !facts.waiting.isEmpty else { return Outcome() }
    let tagged = facts.waiting.filter { $0.route == .ownTag }.map(\.board)
    let tags = try OwnTags.read(Array(Set(tagged)), session)
    let untagged = Set(tags.missing)
    // A board whose tag is not attached yet is passed over; the next pass attaches it first.
    facts.waiting.removeAll {
      $0.route == .ownTag && untagged.contains($0.board) && lab.board(named: $0.board) != nil
    }
    let plan = try recheck(facts, shared: tags.shared, session)
    try write(plan.reasons, state: "waiting", session)
    try write(plan.refused, state: "refused", session)
    let jobs = plan.queue.isEmpty ? [] : try prepare(plan.queue, tags, session, &random)
    if !jobs.isEmpty {
      try write(jobs, session)
      crash.reached(.jobsCopied)
      _ = try session.execute(
        AssignmentSQL.markQueued, [.int8Array(jobs.map(\.assignmentID)), .int8Array(jobs.map(\.id))])
      _ = try session.execute(FeedSQL.serve, [.int8Array(jobs.map(\.assignmentID))])
    }
    _ = try session.execute(AssignmentSQL.explainOthers, [PostgresValue(window)])
    return Outcome(jobs: jobs.map { ($0.board, $0.id) })
  }

  /// Plans on the snapshot, then asks LAVA's tables once more about just the boards that the plan would queue for or give
  /// up, and plans on that: a board that went away meanwhile waits, one that came meanwhile is not given up.
  private func recheck(
    _ facts: FeedFacts, shared: Set<String>, _ session: borrowing PostgresSession
  ) throws -> FeedPlan {
    let plan = FeedPlan(facts, lab: lab, shared: shared, window: window, limit: limit)
    let decisive = Set(plan.queue).union(plan.refused.keys)
    let boards = Set(facts.waiting.filter { decisive.contains($0.id) }.map(\.board))
    guard !boards.isEmpty else { return plan }
    let now = try LabSnapshot.availability(of: boards.sorted(), session)
    var fresh: [String: Availability?] = [:]
    for board in boards { fresh.updateValue(now[board], forKey: board) }
    return FeedPlan(facts, lab: lab, shared: shared, window: window, limit: limit, fresh: fresh)
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
