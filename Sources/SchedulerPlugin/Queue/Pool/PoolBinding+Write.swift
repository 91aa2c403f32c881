import PostgresClient

extension PoolBinding {
  /// Binds what LAVA gave to boards, inside the caller's transaction. Costs one statement where all is bound.
  ///
  /// Returns the jobs that are nobody's, with the boards that took them.
  @discardableResult
  static func settle(_ session: borrowing PostgresSession) throws -> [Stray] {
    let pools = try session.query(PoolSQL.unbound).map { Int64(try $0.int("pool")) }
    guard !pools.isEmpty else { return [] }
    var members: [Int64: [Member]] = [:]
    try session.query(PoolSQL.members, [.int8Array(pools)]).forEach { row in
      let board = try row.optionalString("job_board")
      let isSubmitted = try row.bool("is_submitted")
      members[Int64(try row.int("pool")), default: []].append(
        Member(
          id: Int64(try row.int("id")), board: try row.string("board"),
          job: try row.optionalInt("job_id").map { Job(id: Int64($0), board: board, isSubmitted: isSubmitted) }))
    }
    var changes: [(id: Int64, pool: Int64, job: Int64?)] = []
    var strays: [(pool: Int64, stray: Stray)] = []
    for (pool, members) in members {
      let binding = PoolBinding(members)
      changes += binding.changes.map { ($0.key, pool, $0.value) }
      strays += binding.strays.map { (pool, $0) }
    }
    _ = try session.execute(
      PoolSQL.bind,
      [
        .int8Array(changes.map(\.id)), .int8Array(changes.map(\.pool)), .int8Array(changes.map { $0.job ?? 0 }),
      ])
    let waiting = changes.filter { $0.job == nil }.map(\.id)
    if !waiting.isEmpty { _ = try session.execute(PoolSQL.supersede, [.int8Array(waiting)]) }
    if !strays.isEmpty {
      _ = try session.execute(
        PoolSQL.keepStrays,
        [
          .int8Array(strays.map(\.stray.job)), .int8Array(strays.map(\.pool)),
          .textArray(strays.map(\.stray.board)),
        ])
    }
    return strays.map(\.stray)
  }
}
