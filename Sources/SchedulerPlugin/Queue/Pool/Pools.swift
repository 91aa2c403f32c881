import BoardInventory
import PostgresClient

/// Opens pools, lets boards join and leave, closes pools. Each in the caller's transaction, which should hold nothing else:
/// boards are locked, those that LAVA's scheduler holds are passed over and come another time.
enum Pools {
  /// A board and an open pool.
  struct Pair: Hashable, Sendable {
    let pool: Int64
    let board: String
  }

  /// The open pools of shapes, opened where there are none; a shape is missing when no slot is free.
  ///
  /// A tag is taken only if no open pool has it, no board carries it and no queued job asks for it.
  static func open(shapes: [Int64], _ session: borrowing PostgresSession) throws -> [Int64: Int64] {
    var pools: [Int64: Int64] = [:]
    try session.query(PoolSQL.ofShapes, [.int8Array(shapes)]).forEach {
      pools[Int64(try $0.int("shape_id"))] = Int64(try $0.int("id"))
    }
    let new = Set(shapes).subtracting(pools.keys).sorted()
    guard !new.isEmpty else { return pools }
    let slots = try session.query(PoolSQL.freeSlots, [.textArray(PoolTag.names), PostgresValue(new.count)]).map {
      (slot: Int64(try $0.int("slot")), name: try $0.string("name"))
    }
    _ = try session.execute(PoolSQL.addTags, [.textArray(slots.map(\.name))])
    try session.query(
      PoolSQL.open,
      [
        .int8Array(slots.map(\.slot)), .textArray(slots.map(\.name)), .int8Array(Array(new.prefix(slots.count))),
      ]
    ).forEach { pools[Int64(try $0.int("shape_id"))] = Int64(try $0.int("id")) }
    return pools
  }

  /// Gives boards the tags of pools. One that had its job of the pool, by LAVA's word, does not get it.
  static func join(_ pairs: [Pair], _ session: borrowing PostgresSession) throws {
    _ = try session.query(PoolSQL.join, [.int8Array(pairs.map(\.pool)), .textArray(pairs.map(\.board))]).rowCount
  }

  /// Takes the tags of pools off boards.
  static func leave(_ pairs: [Pair], _ session: borrowing PostgresSession) throws {
    _ = try session.query(PoolSQL.leave, [.int8Array(pairs.map(\.pool)), .textArray(pairs.map(\.board))]).rowCount
  }

  /// Boards that carry the tag of an open pool and have no queued job of it, because the removal was lost or the job was
  /// cancelled; and boards that lack the tag and have one, because `sync` or somebody took it away.
  static func amiss(_ session: borrowing PostgresSession) throws -> (carriers: [Pair], lacking: [Pair]) {
    func pairs(_ sql: SQL) throws -> [Pair] {
      try session.query(sql).map { Pair(pool: Int64(try $0.int("pool")), board: try $0.string("board")) }
    }
    return (try pairs(PoolSQL.wrongCarriers), try pairs(PoolSQL.lacking))
  }

  /// Closes the pools of which nothing is left, so that their slots are free. Returns how many.
  static func closeFinished(_ session: borrowing PostgresSession) throws -> Int {
    try session.execute(PoolSQL.close)
  }
}
