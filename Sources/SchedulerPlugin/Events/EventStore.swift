import BuildEvents
import PostgresClient

/// Events on disk: in once, whatever happens.
enum EventStore {
  /// What became of an event at the door.
  enum Receipt: Hashable, Sendable {
    /// It is new and on disk.
    case accepted(Int64)
    /// It was there already; this is its number.
    case duplicate(Int64)
    /// The CloudEvent's id was used before, for something else.
    case conflict(Int64)
  }

  /// Puts an event on disk, or finds the one that is there. Idempotent: identity is source, build, artifact and status.
  /// Of a repeated event the terms of the first count.
  static func keep(
    _ event: BuildEvent, raw: [UInt8], door: String, sender: Sender, terms: EventTerms = .none,
    _ session: borrowing PostgresSession
  ) throws -> Receipt {
    // Looked for first, because an INSERT that meets a repeated event would use up a number.
    if let known = try find(event, session) { return known }
    let state = event.status == .success ? "accepted" : "kept"
    let inserted = try session.query(
      EventSQL.insert,
      [
        .text(event.source), .text(event.buildID), .text(event.fingerprint), .text(event.status.description),
        .text(door),
        PostgresValue(sender.id), .text(sender.name), PostgresValue(event.envelope?.source),
        PostgresValue(event.envelope?.id), .jsonb(event.record.canonical), .bytea(raw), .text(state),
        terms.scope.isOpen ? .null : .jsonb(terms.scope.json.canonical),
      ]
    ).first { try $0.int("id") }
    if let inserted {
      try terms.callback?.keep(event: Int64(inserted), session)
      if state == "accepted" { _ = try session.execute(EventSQL.announce) }
      return .accepted(Int64(inserted))
    }
    // Another door was quicker between the look and the insert.
    if let known = try find(event, session) { return known }
    throw PostgresError(.unexpectedResult, "the event was neither kept nor found")
  }

  /// The event that is there already, as the same one or as another that used up the CloudEvent's id.
  private static func find(_ event: BuildEvent, _ session: borrowing PostgresSession) throws -> Receipt? {
    // The envelope first: whoever is seen to have used it is then seen by his identity too, even if he committed
    // between the two looks.
    let user = try event.envelope.flatMap { try byEnvelope($0, session) }
    let same = try session.query(EventSQL.byIdentity, identity(event)).first { Int64(try $0.int("id")) }
    if let user { return user == same ? .duplicate(user) : .conflict(user) }
    return same.map(Receipt.duplicate)
  }

  private static func byEnvelope(
    _ envelope: CloudEventEnvelope, _ session: borrowing PostgresSession
  ) throws -> Int64? {
    try session.query(EventSQL.byEnvelope, [.text(envelope.source), .text(envelope.id)])
      .first { Int64(try $0.int("id")) }
  }

  private static func identity(_ event: BuildEvent) -> [PostgresValue] {
    [.text(event.source), .text(event.buildID), .text(event.fingerprint), .text(event.status.description)]
  }
}
