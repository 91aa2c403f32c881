import BuildEvents
public import PostgresClient

extension EventStore {
  /// One event by its number.
  static func event(_ id: Int64, _ session: borrowing PostgresSession) throws -> StoredEvent? {
    try session.query(EventSQL.byID, [.int8(id)]).first(stored)
  }

  /// The newest events that are shown, the newest first.
  static func newest(
    _ limit: Int, sight: Sight = .all, _ session: borrowing PostgresSession
  ) throws -> [StoredEvent] {
    try session.query(EventSQL.newest, [PostgresValue(limit), PostgresValue(sight.sender)]).map(stored)
  }

  /// Numbers of accepted events that nobody decided yet, the oldest first.
  static func undecided(_ limit: Int, _ session: borrowing PostgresSession) throws -> [Int64] {
    try session.query(EventSQL.undecided, [PostgresValue(limit)]).map { Int64(try $0.int("id")) }
  }

  private static func scope(_ row: borrowing PostgresRow) throws -> EventScope {
    guard let text = try row.optionalString("scope") else { return EventScope() }
    return EventScope(json: try JSONValue.parse(Array(text.utf8), limits: .stored))
  }

  private static func stored(_ row: borrowing PostgresRow) throws -> StoredEvent {
    let record = try JSONValue.parse(Array(try row.json("record").utf8), limits: .stored)
    return StoredEvent(
      id: Int64(try row.int("id")), event: try BuildEvent(record: record), senderID: try row.int("sender_id"),
      senderName: try row.string("sender_name"), state: try row.string("state"),
      receivedAt: try row.string("received"), decidedAt: try row.optionalString("decided"),
      hold: try row.optionalString("hold"), scope: try scope(row))
  }
}

extension Limits {
  /// What was let in at a door is read back whole: storing adds envelope and defaults to it.
  static let stored = Limits(bytes: 8 << 20, depth: 64, members: 200_000)
}

extension StoredEvent {
  /// The newest events, the newest first; of those that are shown.
  public static func newest(
    _ limit: Int, sight: Sight = .all, _ session: borrowing PostgresSession
  ) throws -> [StoredEvent] {
    try EventStore.newest(limit, sight: sight, session)
  }
}
