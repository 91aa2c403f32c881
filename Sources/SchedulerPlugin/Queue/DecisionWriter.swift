import BoardInventory
import BuildEvents
import PostgresClient

/// Writes what was decided about one event, inside the caller's transaction.
enum DecisionWriter {
  /// - Returns: false when the event was decided by somebody else meanwhile; nothing is written then.
  static func write(
    _ decisions: [RuleDecision], for stored: StoredEvent, _ session: borrowing PostgresSession
  ) throws -> Bool {
    let taken = try session.query(EventSQL.lockUndecided, [.int8(stored.id)]).first { try $0.int("id") }
    guard taken != nil else { return false }
    for decision in decisions {
      let limits = decision.plan.limits
      let line = limits.line(source: stored.event.source, properties: stored.event.properties)
      _ = try session.execute(
        AssignmentSQL.insertDecision,
        [
          .int8(stored.id), .text(decision.rule), .jsonb(decision.summary.json.canonical),
          .jsonb(limits.json.canonical), .text(line),
        ])
      try writeAssignments(decision, stored, shapes: writeShapes(decision, stored, session), line, session)
      if limits.newerBuild == .supersede {
        _ = try session.execute(AssignmentSQL.supersede, [.text(decision.rule), .text(line)])
      }
    }
    _ = try session.execute(EventSQL.markDecided, [.int8(stored.id)])
    return true
  }

  private static func writeShapes(
    _ decision: RuleDecision, _ stored: StoredEvent, _ session: borrowing PostgresSession
  ) throws -> [Int64] {
    var ids: [Int64] = []
    for shape in decision.shapes {
      let (visibility, groups): (String, [String]) =
        switch shape.visibility {
        case .public: ("public", [])
        case .personal: ("personal", [])
        case .groups(let names): ("groups", names)
        case .none: ("nobody", [])
        }
      let id = try session.query(
        AssignmentSQL.insertShape,
        [
          .int8(stored.id), .text(decision.rule), .text(shape.deviceType), PostgresValue(shape.board),
          .text(shape.template), .text(shape.definition), .text(shape.jobName), .text(visibility), .textArray(groups),
          .textArray(shape.tags), PostgresValue(shape.priority), PostgresValue(shape.queueTimeout),
          .jsonb(shape.metadata),
        ]
      ).only { Int64(try $0.int("id")) }
      ids.append(id)
    }
    return ids
  }

  private static func writeAssignments(
    _ decision: RuleDecision, _ stored: StoredEvent, shapes: [Int64], _ line: String,
    _ session: borrowing PostgresSession
  ) throws {
    let planned = decision.assignments
    guard !planned.isEmpty else { return }
    _ = try session.execute(
      AssignmentSQL.insertAssignments,
      [
        .int8(stored.id), .text(decision.rule), PostgresValue(decision.submitter?.id ?? stored.senderID),
        .text(decision.submitter?.name ?? stored.senderName),
        .textArray(planned.map(\.board)), .textArray(planned.map(\.deviceType)),
        .int8Array(planned.map { shapes[$0.shape] }),
        .int8Array(planned.map { Int64(decision.shapes[$0.shape].priority) }),
        .int8Array(planned.map { Int64($0.waitHours) }), .text(stored.event.source), .text(line),
      ])
  }
}
