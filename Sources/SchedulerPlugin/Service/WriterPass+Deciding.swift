import BoardInventory
import Logging
import PostgresClient

extension WriterPass {
  /// How many events are decided in one transaction when many wait: one commit and one feeding serve them all.
  static let together = 25
  /// More assignments than this are not written in one transaction, but for those of one event.
  private static let mostAssignments = 2_000

  /// An event with all that is to be written about it.
  private struct Decided: Sendable {
    let stored: StoredEvent
    let decisions: [RuleDecision]
    let ignored: [String: String]

    var assignments: Int { decisions.map(\.assignments.count).reduce(0, +) }
  }

  /// Decides events together, or each alone when that fails, so that one that cannot be decided is held and stops no
  /// other.
  func decide(
    _ ids: [Int64], _ live: LabSnapshot?, _ schema: QueueSchema, _ report: inout Report
  ) async throws {
    do {
      try await decideTogether(ids, live, schema, &report)
    } catch let error as PostgresError where error.isRetryable {
      // A deadlock or serialization failure: nothing was written, and the next round decides it.
      logger.debug("deciding met a rival", metadata: ["events": "\(ids)", "error": "\(error)"])
    } catch let error where connection.isUsable {
      guard ids.count > 1 else { return try await hold(ids[0], "\(error)") }
      for id in ids { try await decide([id], live, schema, &report) }
    }
  }

  private func decideTogether(
    _ ids: [Int64], _ live: LabSnapshot?, _ schema: QueueSchema, _ report: inout Report
  ) async throws {
    let catalogue = files.catalogue
    let rules = files.rules
    let facts = try await connection.withTransaction(.repeatableRead, readOnly: true) { session in
      let stored = try ids.compactMap { try EventStore.event($0, session) }
      var senders: [Int: SubmissionFacts] = [:]
      for event in stored where senders[event.senderID] == nil {
        senders[event.senderID] = try SubmissionFacts.read(userID: event.senderID, session)
      }
      let named = stored.reduce(into: Set()) { $0.formUnion(Decider.submitters(rules, of: $1.event)) }
      return (
        stored: stored, senders: senders, lab: try live ?? LabSnapshot.read(session, catalogue: catalogue),
        submitters: try senders.values.first?.read(submitters: named, session) ?? [:]
      )
    }
    var batch: [Decided] = []
    let renderer = TemplateRenderer(files.templates)
    for stored in facts.stored {
      let decider = Decider(
        rules: rules, templates: files.templates, lab: facts.lab,
        lava: facts.senders[stored.senderID] ?? SubmissionFacts(), deviceTrees: catalogue.deviceTrees,
        submitters: facts.submitters, renderer: renderer)
      let decided = Decided(
        stored: stored, decisions: decider.decide(stored.event, id: stored.id),
        ignored: IgnoredRules.words(rules, of: stored.event))
      if batch.map(\.assignments).reduce(decided.assignments, +) > Self.mostAssignments, !batch.isEmpty {
        try await write(batch, facts.lab, schema, &report)
        batch = []
      }
      batch.append(decided)
    }
    if !batch.isEmpty { try await write(batch, facts.lab, schema, &report) }
  }

  /// One transaction: the events are taken, their decisions and assignments written, and what can be is queued.
  private func write(
    _ batch: [Decided], _ lab: LabSnapshot, _ schema: QueueSchema, _ report: inout Report
  ) async throws {
    crash.reached(.decided)
    try await attachTags(batch.flatMap { $0.decisions.flatMap(\.boardsByTag) })
    let feeder = QueueFeeder(lab: lab, schema: schema, window: window)
    let crash = crash
    let outcome = try await connection.withTransaction { session in
      var taken = 0
      for event in batch where try DecisionWriter.write(event.decisions, for: event.stored, session) {
        try IgnoredRules.keep(event.ignored, event: event.stored.id, session)
        taken += 1
      }
      guard taken > 0 else { return (jobs: 0, taken: 0) }
      try Roster.note(lab, session)
      crash.reached(.assigned)
      _ = try session.execute(AssignmentSQL.follow)
      var random = SystemRandomNumberGenerator()
      let outcome = try feeder.feed(session, random: &random, crash: crash)
      crash.reached(.written)
      return (jobs: outcome.jobs.count, taken: taken)
    }
    crash.reached(.queued)
    report.decided += outcome.taken
    report.queued += outcome.jobs
    for event in batch {
      logger.info(
        "event decided",
        metadata: [
          "event": "\(event.stored.id)", "rules": "\(event.decisions.map(\.rule))",
          "assignments": "\(event.assignments)",
        ])
    }
    logger.info("jobs queued", metadata: ["events": "\(outcome.taken)", "jobs": "\(outcome.jobs)"])
  }
}
