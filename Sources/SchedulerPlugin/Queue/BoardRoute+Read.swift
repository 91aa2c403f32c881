import PostgresClient

extension BoardRoute {
  /// Those of the shapes whose jobs ask for their board by name.
  static func requesting(_ shapes: [Int64], _ session: borrowing PostgresSession) throws -> Set<Int64> {
    guard !shapes.isEmpty else { return [] }
    let all = Set(shapes).sorted()
    return Set(
      try session.query(AssignmentSQL.requestingShapes, [.int8Array(all), .text(requestLine)]).map {
        Int64(try $0.int("id"))
      })
  }
}
