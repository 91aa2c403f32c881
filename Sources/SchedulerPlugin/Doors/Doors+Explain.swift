import BuildEvents
import Foundation
import Hummingbird
import PostgresClient

extension Doors {
  /// `GET /api/v1/events/ID/explanation`: what became of every board, and why.
  /// `GET /api/v1/events/ID/boards/HOST`: the same of one board.
  func explain(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
    let sender = try await sender(request)
    guard let id = context.parameters.get("id", as: Int64.self) else { throw HTTPError(.notFound) }
    let board = context.parameters.get("host").map { $0.removingPercentEncoding ?? $0 }
    do {
      let explanation = try await database(.repeatableRead, readOnly: true) { session in
        try Explanation.read(id, board: board, sight: Sight.read(userID: sender.id, session), session)
      }
      guard let explanation else { return Answer.refusal(.notFound, code: "not_found", "there is no event \(id)") }
      return Answer.json(explanation.json)
    } catch let unknown as UnknownBoard {
      return Answer.refusal(.notFound, code: "not_found", unknown.description)
    }
  }
}
