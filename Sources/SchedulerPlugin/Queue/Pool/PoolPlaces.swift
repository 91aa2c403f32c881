import PostgresClient

/// Waiting assignments whose boards are in a pool: they carry its tag, and their job may be written.
struct PoolPlaces: Hashable, Sendable {
  /// By assignment.
  private(set) var places: [Int64: Place] = [:]

  /// A pool and LAVA's id of its tag.
  struct Place: Hashable, Sendable {
    let pool: Int64
    let tag: Int64
  }

  /// Reads which of the assignments have a place. A pool that a board has not left which is owed no job gives none: the
  /// board could take what is queued for another.
  static func read(_ assignments: [Int64], _ session: borrowing PostgresSession) throws -> PoolPlaces {
    var places = PoolPlaces()
    guard !assignments.isEmpty else { return places }
    try session.query(PoolSQL.places, [.int8Array(assignments)]).forEach { row in
      places.places[Int64(try row.int("id"))] = Place(
        pool: Int64(try row.int("pool")), tag: Int64(try row.int("tag_id")))
    }
    return places
  }
}
