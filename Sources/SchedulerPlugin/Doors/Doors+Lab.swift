import BoardInventory
import BuildEvents
import Hummingbird
import PostgresClient

extension Doors {
  /// `GET /api/v1/boards`: every board with its capabilities and availability.
  func listBoards(_ request: Request) async throws -> Response {
    _ = try await sender(request)
    let catalogue = book.current.catalogue
    let lab = try await database(.repeatableRead, readOnly: true) {
      try LabSnapshot.read($0, catalogue: catalogue)
    }
    return Answer.json(["boards": .array(lab.boards.map(\.json))])
  }

  /// `GET /api/v1/rules`: the rules in force and the mistakes in their files.
  func listRules(_ request: Request) async throws -> Response {
    _ = try await sender(request)
    return Answer.json(book.current.rulesJSON)
  }
}
