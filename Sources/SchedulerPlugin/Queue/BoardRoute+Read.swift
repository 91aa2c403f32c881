import PostgresClient

extension BoardRoute {
  /// The ways of those of the shapes that do not go by the boards' own tags.
  static func others(_ shapes: [Int64], _ session: borrowing PostgresSession) throws -> [Int64: BoardRoute] {
    guard !shapes.isEmpty else { return [:] }
    var routes: [Int64: BoardRoute] = [:]
    try session.query(
      AssignmentSQL.otherRoutes, [.int8Array(Set(shapes).sorted()), .text(requestLine)]
    ).forEach { row in
      routes[Int64(try row.int("id"))] = try row.bool("requests") ? .requestedDevice : .pool
    }
    return routes
  }
}
