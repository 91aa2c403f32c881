import BoardInventory
import PostgresClient

/// The boards' own tags as they stand in LAVA.
struct OwnTags: Hashable, Sendable {
  /// Tag ids of boards that carry their own tag.
  let ids: [String: Int64]
  /// Boards whose own tag is on another board too; a job pinned by it could go astray.
  let shared: Set<String>
  /// Boards that do not carry their own tag yet.
  let missing: [String]

  /// Boards whose own tag must be in place: they wait for a job that finds them by it, or have one in LAVA's queue.
  static func boards(_ session: borrowing PostgresSession) throws -> [String] {
    let open = try session.query(AssignmentSQL.openShapes).map {
      (shape: Int64(try $0.int("shape_id")), boards: try $0.stringArray("boards"))
    }
    let others = try BoardRoute.others(open.map(\.shape), session)
    // Of shapes for pools only those are left that went without one.
    return Set(open.filter { others[$0.shape] != .requestedDevice }.flatMap(\.boards)).sorted()
  }

  /// Reads how the tags of these boards stand.
  static func read(_ boards: [String], _ session: borrowing PostgresSession) throws -> OwnTags {
    var ids: [String: Int64] = [:]
    var shared: Set<String> = []
    var missing: [String] = []
    let names = boards.map(BoardTag.name(for:))
    try session.query(QueueSQL.ownTags, [.textArray(boards), .textArray(names)]).forEach { row in
      let board = try row.string("hostname")
      if try row.bool("shared") { shared.insert(board) }
      if try row.bool("attached") { ids[board] = Int64(try row.int("tag_id")) } else { missing.append(board) }
    }
    return OwnTags(ids: ids, shared: shared, missing: missing.sorted())
  }

  /// Makes and attaches the tags that are missing. A transaction of its own: its foreign keys may have to wait for
  /// LAVA's scheduler, which locks idle devices while it works on their type, and nothing else must wait with it.
  static func attach(_ boards: [String], _ session: borrowing PostgresSession) throws {
    let names = boards.map(BoardTag.name(for:))
    _ = try session.execute(QueueSQL.addTags, [.textArray(names)])
    _ = try session.execute(QueueSQL.attachTags, [.textArray(boards), .textArray(names)])
  }
}
