import BoardInventory
import BuildEvents
import Hummingbird
import PostgresClient

extension Doors {
  /// `GET /api/v1/boards`: every board with its capabilities and availability; those that LAVA does not show the user are
  /// counted.
  func listBoards(_ request: Request) async throws -> Response {
    let sender = try await sender(request)
    let catalogue = book.current.catalogue
    let (lab, sight) = try await database(.repeatableRead, readOnly: true) { session in
      (try LabSnapshot.read(session, catalogue: catalogue), try Sight.read(userID: sender.id, session))
    }
    return Answer.json(sight.json(lab))
  }

  /// `GET /api/v1/rules`: the rules in force and the mistakes in their files.
  func listRules(_ request: Request) async throws -> Response {
    _ = try await sender(request)
    return Answer.json(book.current.rulesJSON)
  }
}
