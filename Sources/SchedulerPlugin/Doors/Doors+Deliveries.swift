import BuildEvents
import Hummingbird
import PostgresClient

extension Doors {
  /// `GET /api/v1/deliveries?state=unmapped&source=jenkins/oe&limit=50`: producers' messages that are no events. People see
  /// those of the sources that send as them, superusers all.
  func listDeliveries(_ request: Request) async throws -> Response {
    let sender = try await sender(request)
    let query = request.uri.queryParameters
    let state = query["state"].map(String.init)
    let source = query["source"].map(String.init)
    if let state, !["unmapped", "ignored", "event"].contains(state) {
      throw EventRefusal(.invalid, field: "state", "there is no such state", mend: "use unmapped, ignored or event")
    }
    let limit = min(max(query["limit"].flatMap { Int($0) } ?? 50, 1), 500)
    let among = book.current.producers.sources(shownTo: sender)
    let deliveries = try await database(readOnly: true) { session in
      try Delivery.newest(limit, state: state, source: source, among: among, session)
    }
    return Answer.json(["deliveries": .array(deliveries.map(\.json))])
  }

  /// `GET /api/v1/deliveries/ID`.
  func showDelivery(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
    let sender = try await sender(request)
    guard let delivery = try await delivery(context, for: sender) else { return Self.noDelivery(context) }
    return Answer.json(delivery.json)
  }

  /// `POST /api/v1/deliveries/ID/retry`: reads an unmapped message again with the files in force, as `boardcast producers
  /// retry` does. 409 for one that is not unmapped.
  func retryDelivery(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
    let sender = try await sender(request)
    guard let delivery = try await delivery(context, for: sender) else { return Self.noDelivery(context) }
    let (files, terms, id) = (book.current.producers, terms, delivery.id)
    let retried = try await database { try Delivery.retry(id, files, terms: terms, $0) }
    guard let retried else {
      return Answer.refusal(
        .conflict, code: "not_unmapped", "the message is not unmapped; there is nothing to read again", field: "state")
    }
    if case .event(_, isDuplicate: false) = retried { wake.signal() }
    return Answer.json(retried.json)
  }

  private func delivery(_ context: BasicRequestContext, for sender: Sender) async throws -> Delivery? {
    guard let id = context.parameters.get("id", as: Int64.self) else { return nil }
    let among = book.current.producers.sources(shownTo: sender)
    let delivery = try await database(readOnly: true) { try Delivery.one(id, $0) }
    return delivery.flatMap { among?.contains($0.sourceName) == false ? nil : $0 }
  }

  private static func noDelivery(_ context: BasicRequestContext) -> Response {
    Answer.refusal(
      .notFound, code: "not_found", "there is no message \(context.parameters.get("id")?.prefix(20) ?? "")",
      mend: "'GET /api/v1/deliveries' lists those that you may see")
  }
}
