import BoardInventory
import Logging
import PostgresClient

extension WriterPass {
  /// Boards that join or leave in one transaction: LAVA's scheduler waits that long, some milliseconds, and so many the
  /// inventory's triggers name one by one, so that nobody has to read the whole lab.
  private static let atOnce = 100

  /// Boards that join pools in one round at most.
  private static let most = 10_000

  /// Reads back what LAVA made of the jobs, and gives up what waited too long.
  func follow() async throws {
    let time = time.map { PostgresValue.timestamp($0) } ?? .null
    let strays = try await connection.withTransaction { session in
      let strays = try PoolBinding.settle(session)
      _ = try session.execute(AssignmentSQL.follow)
      _ = try session.execute(AssignmentSQL.expire, [time])
      return strays
    }
    crash.reached(.followed)
    for stray in strays {
      logger.warning(
        "a board took a job of a pool that it was not owed; it counts for nobody",
        metadata: ["board": "\(stray.board)", "job": "\(stray.job)"])
    }
  }

  /// Sees to it that just those boards carry a pool's tag that are owed a job of it, and closes pools that are over.
  func tendPools() async throws {
    let amiss = try await connection.withSession { try Pools.amiss($0) }
    for some in Self.chunks(amiss.carriers) { try await withoutRivals { try Pools.leave(some, $0) } }
    crash.reached(.left)
    for some in Self.chunks(amiss.lacking) { try await withoutRivals { try Pools.join(some, $0) } }
    let closed = try await connection.withTransaction { try Pools.closeFinished($0) }
    if closed > 0 { logger.debug("pools closed", metadata: ["pools": "\(closed)"]) }
  }

  /// Lets the boards join whose jobs go by a pool and are to be queued now.
  ///
  /// Returns those of their assignments that can have no pool, because no slot is free or the triggers are not in force.
  func joinPools(_ lab: LabSnapshot) async throws -> (assignments: Set<Int64>, boards: [String]) {
    let terms = terms
    let (facts, obstacles) = try await connection.withSession { session in
      guard try session.query(PoolSQL.anyWaiting).only({ try $0.bool("any") }) else { return (FeedFacts(), [String]()) }
      let facts = try FeedFacts.read(window: terms.window, grants: terms.grants, session)
      return (facts, try PoolTriggers.obstacles(session))
    }
    let queue = Set(FeedPlan(facts, lab: lab, terms: terms, limit: Self.most).queue)
    let due = facts.waiting.filter { $0.route == .pool && queue.contains($0.id) }
    guard !due.isEmpty else { return ([], []) }
    var alone = obstacles.isEmpty ? [] : due
    if obstacles.isEmpty {
      for some in Self.chunks(due) {
        let pools = try await withoutRivals { session in
          let pools = try Pools.open(shapes: Array(Set(some.map(\.shape))), session)
          try Pools.join(
            some.compactMap { item in pools[item.shape].map { Pools.Pair(pool: $0, board: item.board) } }, session)
          return pools
        }
        if let pools { alone += some.filter { pools[$0.shape] == nil } }
      }
      crash.reached(.joined)
    }
    return (Set(alone.map(\.id)), alone.map(\.board))
  }

  /// Works in a transaction; nil when it met a rival, for then the next round does it.
  @discardableResult
  private func withoutRivals<Value: Sendable>(
    _ body: @Sendable (borrowing PostgresSession) throws -> Value
  ) async throws -> Value? {
    do {
      return try await connection.withTransaction(.readCommitted, body)
    } catch let error as PostgresError where error.isRetryable && connection.isUsable {
      logger.debug("a pool met a rival", metadata: ["error": "\(error)"])
      return nil
    }
  }

  private static func chunks<Item>(_ all: [Item]) -> [[Item]] {
    stride(from: 0, to: all.count, by: atOnce).map { Array(all[$0..<min($0 + atOnce, all.count)]) }
  }
}
