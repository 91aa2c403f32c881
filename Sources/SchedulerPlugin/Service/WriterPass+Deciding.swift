import BoardInventory
import Foundation
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
      if let lacking = RightLacking(error) {
        // No event's fault: all wait, and the writer says why.
        for id in ids { try await hold(id, lacking.description) }
        throw error
      }
      guard ids.count > 1 else { return try await hold(ids[0], "\(error)") }
      for id in ids { try await decide([id], live, schema, &report) }
    }
  }

  private func decideTogether(
    _ ids: [Int64], _ live: LabSnapshot?, _ schema: QueueSchema, _ report: inout Report
  ) async throws {
    let catalogue = files.catalogue
    let rules = files.rules
    let settings = terms.lava
    let facts = try await connection.withTransaction(.repeatableRead, readOnly: true) { session in
      let stored = try ids.compactMap { try EventStore.event($0, session) }
      var senders: [Int: SubmissionFacts] = [:]
      for event in stored where senders[event.senderID] == nil {
        senders[event.senderID] = try SubmissionFacts.read(userID: event.senderID, settings: settings, session)
      }
      let named = stored.reduce(into: Set()) {
        $0.formUnion(Decider.submitters($1.scope.admitting(rules, sender: $1.senderName), of: $1.event))
      }
      return (
        stored: stored, senders: senders, lab: try live ?? LabSnapshot.read(session, catalogue: catalogue),
        submitters: try senders.values.first?.read(submitters: named, session) ?? [:]
      )
    }
    let all = await sideBySide(facts.stored) { [terms, files] stored, renderer in
      let rules = stored.scope.admitting(rules, sender: stored.senderName)
      let decider = Decider(
        rules: rules, templates: files.templates, lab: facts.lab,
        lava: facts.senders[stored.senderID] ?? SubmissionFacts(), deviceTrees: catalogue.deviceTrees,
        submitters: facts.submitters, grants: terms.grants, renderer: renderer)
      return Decided(
        stored: stored, decisions: decider.decide(stored.event, id: stored.id),
        ignored: IgnoredRules.words(rules, of: stored.event))
    }
    var batch: [Decided] = []
    for decided in all {
      if batch.map(\.assignments).reduce(decided.assignments, +) > Self.mostAssignments, !batch.isEmpty {
        try await write(batch, facts.lab, schema, &report)
        batch = []
      }
      batch.append(decided)
    }
    if !batch.isEmpty { try await write(batch, facts.lab, schema, &report) }
  }

  /// How many events are decided at the same moment: a burst should not wait for one core, and LAVA keeps the others.
  private static let lanes = max(1, min(4, ProcessInfo.processInfo.activeProcessorCount))

  /// Decides events on several cores, for it is computing alone; the answers come in the events' order.
  private func sideBySide(
    _ events: [StoredEvent], _ decide: @escaping @Sendable (StoredEvent, TemplateRenderer) -> Decided
  ) async -> [Decided] {
    let (lanes, templates) = (min(Self.lanes, events.count), files.templates)
    return await withTaskGroup(of: [(place: Int, decided: Decided)].self) { group in
      for lane in 0..<lanes {
        group.addTask {
          // One for each lane: it keeps the templates it has parsed, and is nobody else's.
          let renderer = TemplateRenderer(templates)
          return stride(from: lane, to: events.count, by: lanes).map { ($0, decide(events[$0], renderer)) }
        }
      }
      var all: [(place: Int, decided: Decided)] = []
      for await some in group { all += some }
      return all.sorted { $0.place < $1.place }.map(\.decided)
    }
  }

  /// One transaction: the events are taken, their decisions and assignments written, and what can be is queued.
  private func write(
    _ batch: [Decided], _ lab: LabSnapshot, _ schema: QueueSchema, _ report: inout Report
  ) async throws {
    crash.reached(.decided)
    try await attachTags(batch.flatMap { $0.decisions.flatMap(\.boardsByTag) })
    let feeder = QueueFeeder(lab: lab, schema: schema, terms: terms, limit: jobsTogether)
    let crash = crash
    // Boards must be in their pool before its jobs are written, and a pool can be opened only for work that is on disk:
    // the round feeds when all is decided. To queue the rest at once would let it pass what comes first.
    let feedsLater = batch.contains { $0.decisions.contains { $0.shapes.contains { $0.route == .pool } } }
    let outcome = try await connection.withTransaction { session in
      // First of all: an assignment whose board took a job of the pool meanwhile waits no longer, and is superseded by
      // none of these events.
      try PoolBinding.settle(session)
      let taken = try DecisionWriter.write(batch.map { ($0.stored, $0.decisions) }, session)
      guard !taken.isEmpty else { return (jobs: [Int64](), taken: 0) }
      try IgnoredRules.keep(
        batch.filter { taken.contains($0.stored.id) }.map { ($0.stored.id, $0.ignored) }, session)
      try Roster.note(lab, session)
      crash.reached(.assigned)
      _ = try session.execute(AssignmentSQL.follow)
      var random = SystemRandomNumberGenerator()
      let jobs = feedsLater ? [] : try feeder.feed(session, random: &random, crash: crash).jobs.map(\.job)
      crash.reached(.written)
      return (jobs: jobs, taken: taken.count)
    }
    crash.reached(.queued)
    await announce(outcome.jobs, schema)
    report.decided += outcome.taken
    report.queued += outcome.jobs.count
    for event in batch {
      logger.info(
        "event decided",
        metadata: [
          "event": "\(event.stored.id)", "rules": "\(event.decisions.map(\.rule))",
          "assignments": "\(event.assignments)",
        ])
    }
    guard !outcome.jobs.isEmpty else { return }
    logger.info("jobs queued", metadata: ["events": "\(outcome.taken)", "jobs": "\(outcome.jobs.count)"])
  }
}
