import BuildEvents
import Hummingbird
import PostgresClient

extension Doors {
  /// `POST /api/v1/events`: 202 for a new event, 200 for a repeated one, 409 for a used CloudEvent id.
  func postEvent(_ request: Request) async throws -> Response {
    let sender = try await sender(request)
    let raw = try await body(request)
    let event = try BuildEvent.decode(
      contentType: request.headers[.contentType],
      headers: request.headers.map { (name: $0.name.canonicalName, value: $0.value) }, body: raw)
    let door = event.envelope == nil ? "http" : "cloudevents"
    switch try await keep(event, raw: raw, door: door, sender: sender) {
    case .accepted(let id):
      return Answer.json(
        Self.receipt(id, duplicate: false), status: .accepted, headers: [.location: "/api/v1/events/\(id)"])
    case .duplicate(let id):
      return Answer.json(Self.receipt(id, duplicate: true), headers: [.location: "/api/v1/events/\(id)"])
    case .conflict(let id):
      return Answer.refusal(
        .conflict, code: "conflict", "this CloudEvent id was used before for something else, event \(id)", field: "id",
        mend: "give every event an id of its own")
    }
  }

  static func receipt(_ id: Int64, duplicate: Bool) -> JSONValue {
    ["id": .int(id), "url": .string("/api/v1/events/\(id)"), "duplicate": .bool(duplicate)]
  }

  /// `GET /api/v1/events`: the newest events; people see their own, superusers all.
  func listEvents(_ request: Request) async throws -> Response {
    let sender = try await sender(request)
    let limit = min(max(request.uri.queryParameters["limit"].flatMap { Int($0) } ?? 50, 1), 500)
    let events = try await database(readOnly: true) { try EventStore.newest(limit, $0) }
    let visible = events.filter { sender.isSuperuser || $0.senderID == sender.id }
    return Answer.json(["events": .array(visible.map(\.json))])
  }

  /// `GET /api/v1/events/ID`: the event, its assignments, and why the other boards got nothing.
  func showEvent(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
    let sender = try await sender(request)
    guard let id = context.parameters.get("id", as: Int64.self) else { throw HTTPError(.notFound) }
    let catalogue = book.current.catalogue
    let report = try await database(.repeatableRead, readOnly: true) {
      try EventReport.read(id, catalogue: catalogue, $0)
    }
    guard let report, sender.isSuperuser || report.stored.senderID == sender.id else {
      return Answer.refusal(.notFound, code: "not_found", "there is no event \(id)")
    }
    return Answer.json(report.json)
  }
}
