public import BuildEvents
public import PostgresClient

/// What is kept of one place that a source is fetched from: how far it was read, and which builds were taken or left.
struct PullStore: Hashable, Sendable {
  let source: ProducerSource
  let fetch: FetchSettings

  /// What was kept of this place before: its cursor, and the builds that were noted.
  struct State: Sendable {
    var cursor: JSONValue
    var items: Set<String>
  }

  /// What was kept; nil for a place that was never read. What was kept of places the source has no more is forgotten.
  func begin(_ session: borrowing PostgresSession) throws -> State? {
    _ = try session.execute(
      PullSQL.forgetPlaces,
      [.text(source.producer), .text(source.name), .textArray(source.fetch.map(\.place))])
    let cursor = try session.query(PullSQL.state, names).first { row in
      try JSONValue.parse(Array(try row.json("cursor").utf8), limits: .stored)
    }
    guard let cursor else { return nil }
    return State(cursor: cursor, items: Set(try session.query(PullSQL.items, names).map { try $0.string("item") }))
  }

  /// Keeps a build's message as the door would keep it, once, and the cursor with it.
  ///
  /// - Returns: what became of it; nil when it was taken before.
  func take(
    _ item: String, _ body: [UInt8], cursor: JSONValue?, files: ProducerFiles, terms: DoorTerms,
    _ session: borrowing PostgresSession
  ) throws -> HookMessage.Kept? {
    if let cursor { try move(cursor, session) }
    guard try session.query(PullSQL.take, names + [.text(item)]).rowCount == 1 else { return nil }
    let payload = ProducerPayload(body, contentType: "application/json")
    let door = if case .pull = fetch { "pull" } else { "watch" }
    let message: HookMessage
    do throws(EventRefusal) {
      message = try HookMessage(payload, to: source, files, terms, way: door)
    } catch {
      // Nobody is there to be told, so it is kept where people look.
      message = HookMessage(refused: error, payload, about: item, to: source, way: door)
    }
    let kept = try message.keep(files, session)
    _ = try session.execute(PullSQL.took, names + [.text(item), .text(kept.words)])
    return kept
  }

  /// Notes a build that is left alone.
  func drop(_ item: String, cursor: JSONValue, _ session: borrowing PostgresSession) throws {
    try move(cursor, session)
    _ = try session.query(PullSQL.take, names + [.text(item)]).rowCount
  }

  /// Keeps the cursor.
  func move(_ cursor: JSONValue, _ session: borrowing PostgresSession) throws {
    _ = try session.execute(PullSQL.move, names + [.jsonb(cursor.canonical)])
  }

  /// Remembers builds that are left alone; of those that are gone the oldest are forgotten where they are too many.
  func note(_ items: [String], gone: [String], cursor: JSONValue, _ session: borrowing PostgresSession) throws {
    try move(cursor, session)
    if !items.isEmpty { _ = try session.execute(PullSQL.note, names + [.textArray(items)]) }
    if !gone.isEmpty {
      _ = try session.execute(
        PullSQL.forgetGone, names + [.textArray(gone), PostgresValue(PublishedWatch.remembered)])
    }
  }

  /// Forgets what the API's own history has no more.
  func forgetOld(_ session: borrowing PostgresSession) throws { _ = try session.execute(PullSQL.forgetOld, names) }

  /// Says why it cannot be read; nil: it can.
  func say(_ trouble: String?, _ session: borrowing PostgresSession) throws {
    _ = try session.execute(PullSQL.say, names + [PostgresValue(trouble)])
  }

  private var names: [PostgresValue] { [.text(source.producer), .text(source.name), .text(fetch.place)] }
}

/// How it stands with one source that is fetched, for people.
public struct PullReport: Hashable, Sendable {
  /// The producer's and the source's name.
  public let source: String
  /// Where it is fetched from.
  public let place: String
  /// When something was kept last; RFC 3339, UTC.
  public let movedAt: String
  /// Why it cannot be read now; nil while it can.
  public let trouble: String?
  /// Since when.
  public let since: String?
  /// How many builds were taken.
  public let taken: Int
  /// How many were noted and left alone.
  public let left: Int

  /// All of them.
  public static func all(_ session: borrowing PostgresSession) throws -> [PullReport] {
    try session.query(PullSQL.reports).map { row in
      PullReport(
        source: "\(try row.string("producer"))/\(try row.string("source"))", place: try row.string("place"),
        movedAt: try row.string("moved"), trouble: try row.optionalString("trouble"),
        since: try row.optionalString("since"), taken: try row.int("taken"), left: try row.int("left_alone"))
    }
  }

  /// For machines. Keys are only ever added.
  public var json: JSONValue {
    var members: [String: JSONValue] = [
      "source": .string(source), "place": .string(place), "moved_at": .string(movedAt), "taken": .int(Int64(taken)),
      "left": .int(Int64(left)),
    ]
    members["trouble"] = trouble.map(JSONValue.string)
    members["since"] = trouble == nil ? nil : since.map(JSONValue.string)
    return .object(members)
  }
}
