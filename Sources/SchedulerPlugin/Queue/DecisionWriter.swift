import BoardInventory
import BuildEvents
import PostgresClient

/// Writes what was decided about events, inside the caller's transaction: a handful of statements, however many they are.
struct DecisionWriter {
  private var taken: [Int64] = []
  private var decisions: [(stored: StoredEvent, line: String, decision: RuleDecision)] = []

  /// - Returns: the events that were written; one that was decided by somebody else meanwhile is left out.
  static func write(
    _ events: [(stored: StoredEvent, decisions: [RuleDecision])], _ session: borrowing PostgresSession
  ) throws -> Set<Int64> {
    var writer = DecisionWriter()
    writer.taken = try session.query(EventSQL.lockUndecided, [.int8Array(events.map(\.stored.id).sorted())]).map {
      Int64(try $0.int("id"))
    }
    let taken = Set(writer.taken)
    guard !taken.isEmpty else { return taken }
    for event in events where taken.contains(event.stored.id) {
      for decision in event.decisions {
        let line = decision.plan.limits.line(
          source: event.stored.event.source, properties: event.stored.event.properties)
        writer.decisions.append((event.stored, line, decision))
      }
    }
    try writer.writeDecisions(session)
    try writer.writeAssignments(shapes: writer.writeShapes(session), session)
    try writer.endOlder(session)
    _ = try session.execute(EventSQL.markDecided, [.int8Array(writer.taken)])
    return taken
  }

  private func writeDecisions(_ session: borrowing PostgresSession) throws {
    guard !decisions.isEmpty else { return }
    _ = try session.execute(
      AssignmentSQL.insertDecisions,
      [
        .int8Array(decisions.map(\.stored.id)), .textArray(decisions.map(\.decision.rule)),
        .textArray(decisions.map(\.decision.summary.json.canonical)),
        .textArray(decisions.map(\.decision.plan.limits.json.canonical)), .textArray(decisions.map(\.line)),
      ])
  }

  /// Returns the shapes' ids, per decision in the order of its shapes.
  private func writeShapes(_ session: borrowing PostgresSession) throws -> [[Int64]] {
    let count = decisions.map(\.decision.shapes.count).reduce(0, +)
    guard count > 0 else { return decisions.map { _ in [] } }
    var drawn = try session.query(AssignmentSQL.drawShapes, [PostgresValue(count)]).map { Int64(try $0.int("id")) }[...]
    let ids = decisions.map { item in item.decision.shapes.compactMap { _ in drawn.popFirst() } }
    try session.copyIn(
      table: "shape", schema: "boardcast",
      columns: [
        "id", "event_id", "rule", "device_type", "board", "template", "definition", "job_name", "visibility",
        "viewing_groups", "tags", "priority", "queue_timeout", "metadata", "by_pool",
      ]
    ) { writer in
      for (item, ids) in zip(decisions, ids) {
        for (shape, id) in zip(item.decision.shapes, ids) {
          let (visibility, groups): (String, [String]) =
            switch shape.visibility {
            case .public: ("public", [])
            case .personal: ("personal", [])
            case .groups(let names): ("groups", names)
            case .none: ("nobody", [])
            }
          try writer.row([
            .int8(id), .int8(item.stored.id), .text(item.decision.rule), .text(shape.deviceType),
            PostgresValue(shape.board), .text(shape.template), .text(shape.definition), .text(shape.jobName),
            .text(visibility), .textArray(groups), .textArray(shape.tags),
            .int4(Int32(clamping: shape.priority)), shape.queueTimeout.map { .int8(Int64($0)) } ?? .null,
            .jsonb(shape.metadata), .bool(shape.route == .pool),
          ])
        }
      }
    }
    return ids
  }

  private func writeAssignments(shapes: [[Int64]], _ session: borrowing PostgresSession) throws {
    let planned = zip(decisions, shapes).flatMap { item, ids in
      item.decision.assignments.map { (of: item, planned: $0, shape: ids[$0.shape]) }
    }
    guard !planned.isEmpty else { return }
    _ = try session.execute(
      AssignmentSQL.insertAssignments,
      [
        .int8Array(planned.map(\.of.stored.id)), .textArray(planned.map(\.of.decision.rule)),
        .int8Array(planned.map { Int64($0.of.decision.submitter?.id ?? $0.of.stored.senderID) }),
        .textArray(planned.map { $0.of.decision.submitter?.name ?? $0.of.stored.senderName }),
        .textArray(planned.map(\.planned.board)), .textArray(planned.map(\.planned.deviceType)),
        .int8Array(planned.map(\.shape)),
        .int8Array(planned.map { Int64($0.of.decision.shapes[$0.planned.shape].priority) }),
        .int8Array(planned.map { Int64($0.planned.waitHours) }), .textArray(planned.map(\.of.stored.event.source)),
        .textArray(planned.map(\.of.line)),
      ])
  }

  /// What newer builds do to the waiting and queued work of older ones.
  private func endOlder(_ session: borrowing PostgresSession) throws {
    for (_, line, decision) in decisions {
      let newer = decision.plan.limits.newerBuild
      if newer.endsWaiting { _ = try session.execute(AssignmentSQL.supersede, [.text(decision.rule), .text(line)]) }
      if newer == .cancel { try Cancellation.ask(rule: decision.rule, line: line, session) }
    }
  }
}
