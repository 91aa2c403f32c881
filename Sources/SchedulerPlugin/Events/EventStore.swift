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
  static func keep(
    _ event: BuildEvent, raw: [UInt8], door: String, sender: Sender, _ session: borrowing PostgresSession
  ) throws -> Receipt {
    if let envelope = event.envelope, let other = try byEnvelope(envelope, session) {
      return try identity(of: other, equals: event, session) ? .duplicate(other) : .conflict(other)
    }
    let state = event.status == .success ? "accepted" : "kept"
    let inserted = try session.query(
      EventSQL.insert,
      [
        .text(event.source), .text(event.buildID), .text(event.fingerprint), .text(event.status.description),
        .text(door),
        PostgresValue(sender.id), .text(sender.name), PostgresValue(event.envelope?.source),
        PostgresValue(event.envelope?.id), .jsonb(event.record.canonical), .bytea(raw), .text(state),
      ]
    ).first { try $0.int("id") }
    if let inserted {
      if state == "accepted" { _ = try session.execute(EventSQL.announce) }
      return .accepted(Int64(inserted))
    }
    // Another door may have kept the same envelope between the look and the insert.
    if let envelope = event.envelope, let other = try byEnvelope(envelope, session) {
      return try identity(of: other, equals: event, session) ? .duplicate(other) : .conflict(other)
    }
    let there = try session.query(EventSQL.byIdentity, identity(event)).only { try $0.int("id") }
    return .duplicate(Int64(there))
  }

  private static func byEnvelope(
    _ envelope: CloudEventEnvelope, _ session: borrowing PostgresSession
  ) throws -> Int64? {
    try session.query(EventSQL.byEnvelope, [.text(envelope.source), .text(envelope.id)])
      .first { Int64(try $0.int("id")) }
  }

  private static func identity(
    of id: Int64, equals event: BuildEvent, _ session: borrowing PostgresSession
  ) throws -> Bool {
    try session.query(EventSQL.byIdentity, identity(event)).first { Int64(try $0.int("id")) } == id
  }

  private static func identity(_ event: BuildEvent) -> [PostgresValue] {
    [.text(event.source), .text(event.buildID), .text(event.fingerprint), .text(event.status.description)]
  }
}
