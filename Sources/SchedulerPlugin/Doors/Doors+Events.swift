import BuildEvents
import Hummingbird
import PostgresClient

extension Doors {
  /// `POST /api/v1/events`: 202 for a new event, 200 for a repeated one, 409 for a used CloudEvent id.
  func postEvent(_ request: Request) async throws -> Response {
    let sender = try await sender(request)
    let limits = terms.senders.limits(of: sender.name)
    try terms.limiter.take(1, of: "user \(sender.name)", limits.rate)
    let raw = try await body(request, limits)
    if CloudEvents.isBatch(request.headers[.contentType]) { return try await postBatch(request, raw, sender) }
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
    let events = try await database(.repeatableRead, readOnly: true) { session in
      try EventStore.newest(limit, sight: Sight.read(userID: sender.id, session), session)
    }
    return Answer.json(["events": .array(events.map(\.json))])
  }

  /// `GET /api/v1/events/ID`: the event, its assignments, and why the other boards got nothing; with `?wait=SECONDS` when
  /// all is over or the time is up; as text where `Accept` asks for `text/plain` first.
  func showEvent(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
    let sender = try await sender(request)
    guard let id = context.parameters.get("id", as: Int64.self) else { throw HTTPError(.notFound) }
    var report = try await report(id, for: sender)
    if report != nil, request.uri.queryParameters["wait"] != nil {
      try await waitUntilOver(id, request)
      report = try await self.report(id, for: sender)
    }
    guard let report else {
      return Answer.refusal(.notFound, code: "not_found", "there is no event \(id)")
    }
    if let wanted = request.headers[.accept], wanted.lowercased().hasPrefix("text/plain") {
      return Answer.text(report.text)
    }
    return Answer.json(report.json)
  }

  /// The event as its sender may see it; nil when there is none that he may.
  private func report(_ id: Int64, for sender: Sender) async throws -> EventReport? {
    let catalogue = book.current.catalogue
    return try await database(.repeatableRead, readOnly: true) { session in
      try EventReport.read(id, catalogue: catalogue, sight: Sight.read(userID: sender.id, session), session)
    }
  }
}
