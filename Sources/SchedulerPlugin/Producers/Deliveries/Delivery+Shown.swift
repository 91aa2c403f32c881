internal import BuildEvents
internal import PostgresClient

extension Delivery {
  /// Those that match, the newest first.
  ///
  /// - Parameters:
  ///   - state: `unmapped`, `ignored` or `event`; nil for all.
  ///   - source: `PRODUCER/SOURCE`; nil for all.
  ///   - among: the only sources that may be shown; nil for all.
  static func newest(
    _ limit: Int, state: String?, source: String?, among: [String]?, _ session: borrowing PostgresSession
  ) throws -> [Delivery] {
    try session.query(
      DeliverySQL.shown,
      [PostgresValue(state), PostgresValue(source), among.map(PostgresValue.textArray) ?? .null, PostgresValue(limit)]
    ).map(read)
  }

  /// One by its number.
  static func one(_ id: Int64, _ session: borrowing PostgresSession) throws -> Delivery? {
    try session.query(DeliverySQL.one, [.int8(id)]).first(read)
  }

  /// `PRODUCER/SOURCE`.
  var sourceName: String { "\(producer)/\(source)" }
}

extension Delivery.Retried {
  /// For machines. Keys are only ever added.
  var json: JSONValue {
    switch self {
    case .event(let id, let isDuplicate):
      ["event_id": .int(id), "url": .string("/api/v1/events/\(id)"), "duplicate": .bool(isDuplicate)]
    case .ignored(let why): ["ignored": .string(why)]
    case .unmapped(let why): ["unmapped": .string(why)]
    }
  }
}

extension ProducerFiles {
  /// The sources whose messages a user may see: his own, whose jobs would be his; nil for a superuser's all.
  func sources(shownTo sender: Sender) -> [String]? {
    sender.isSuperuser ? nil : sources.filter { $0.user == sender.name }.map { "\($0.producer)/\($0.name)" }
  }
}
