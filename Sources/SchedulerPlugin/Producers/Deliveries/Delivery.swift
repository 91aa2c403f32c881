public import BuildEvents
import Crypto
public import PostgresClient

/// A message at a producer's door that is no event (yet).
public struct Delivery: Hashable, Sendable {
  /// Its number.
  public let id: Int64
  /// The producer, as in the door's address.
  public let producer: String
  /// The source, as in the door's address.
  public let source: String
  /// What it is about, in the producer's words.
  public let subject: String
  /// `unmapped`, `ignored`, or `event` when it became one.
  public let state: String
  /// Why.
  public let reason: String
  /// The field of the event that is concerned.
  public let field: String?
  /// How often it came.
  public let times: Int
  /// When it came first; RFC 3339, UTC.
  public let receivedAt: String
  /// When it came last; RFC 3339, UTC.
  public let lastAt: String
  /// The event it became.
  public let eventID: Int64?
  let payload: ProducerPayload

  /// The newest in a state, the newest first.
  public static func newest(
    _ limit: Int, state: String, _ session: borrowing PostgresSession
  ) throws -> [Delivery] {
    try session.query(DeliverySQL.newest, [.text(state), PostgresValue(limit)]).map(read)
  }

  static func read(_ row: borrowing PostgresRow) throws -> Delivery {
    let headers = try JSONValue.parse(Array(try row.json("headers").utf8), limits: .stored)
    let payload = ProducerPayload(
      try row.bytes("raw"), contentType: try row.optionalString("content_type"),
      headers: (headers.objectValue ?? [:]).compactMapValues(\.stringValue))
    return Delivery(
      id: Int64(try row.int("id")), producer: try row.string("producer"), source: try row.string("source"),
      subject: try row.string("subject"), state: try row.string("state"), reason: try row.string("reason"),
      field: try row.optionalString("field"), times: try row.int("times"), receivedAt: try row.string("received"),
      lastAt: try row.string("last"), eventID: try row.optionalInt("event_id").map(Int64.init), payload: payload)
  }

  /// For machines. Keys are only ever added.
  public var json: JSONValue {
    var members: [String: JSONValue] = [
      "id": .int(id), "producer": .string(producer), "source": .string(source), "subject": .string(subject),
      "state": .string(state), "reason": .string(reason), "times": .int(Int64(times)),
      "received_at": .string(receivedAt), "last_at": .string(lastAt),
    ]
    members["field"] = field.map(JSONValue.string)
    members["event_id"] = eventID.map(JSONValue.int)
    return .object(members)
  }
}

extension ProducerPayload {
  /// What reading depends on: the body, its type, and the headers the adapter looks at.
  func kept(for adapter: any ProducerAdapter) -> ProducerPayload {
    ProducerPayload(
      body, contentType: contentType, headers: headers.filter { adapter.headers.contains($0.key) }, limits: limits)
  }

  /// SHA-256 of that.
  var digest: [UInt8] {
    let told: JSONValue = [
      "type": contentType.map(JSONValue.string) ?? .null, "headers": .object(headers.mapValues(JSONValue.string)),
    ]
    return Array(SHA256.hash(data: told.serialized + [0] + body))
  }
}
