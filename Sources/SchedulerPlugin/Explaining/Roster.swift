import BoardInventory
import Matcher
import PostgresClient

/// Which boards the lab had when. Written with a decision, only when the lab has other boards than at the last one.
enum Roster {
  /// A number that two labs share when they have the same boards of the same types.
  static func digest(_ lab: LabSnapshot) -> Int64 {
    var sum: UInt64 = 0
    for board in lab.boards {
      var hash = StableHash()
      hash.combine(board.board.hostname)
      hash.separate()
      hash.combine(board.board.deviceType)
      // A sum does not depend on the order.
      sum = sum &+ hash.value
    }
    return Int64(bitPattern: sum)
  }

  /// Notes the boards of the lab an event is decided on, inside the decision's transaction.
  static func note(_ lab: LabSnapshot, _ session: borrowing PostgresSession) throws {
    let digest = digest(lab)
    let known = try session.query(RosterSQL.digest).first { Int64(try $0.int("digest")) }
    guard known != digest else { return }
    let boards: [PostgresValue] = [
      .textArray(lab.boards.map(\.board.hostname)), .textArray(lab.boards.map(\.board.deviceType)),
    ]
    _ = try session.execute(RosterSQL.end, boards)
    _ = try session.execute(RosterSQL.begin, boards)
    _ = try session.execute(RosterSQL.keepDigest, [.int8(digest)])
  }

  /// The boards and their types when an event was decided; nil when nobody noted them then.
  static func boards(
    at event: Int64, only board: String?, _ session: borrowing PostgresSession
  ) throws -> [String: String]? {
    guard try session.query(RosterSQL.isKnown, [.int8(event)]).only({ try $0.bool("known") }) else { return nil }
    var boards: [String: String] = [:]
    try session.query(RosterSQL.then, [.int8(event), PostgresValue(board)]).forEach {
      boards[try $0.string("hostname")] = try $0.string("device_type")
    }
    return boards
  }

  /// The boards LAVA has now, and their types.
  static func boardsNow(only board: String?, _ session: borrowing PostgresSession) throws -> [String: String] {
    var boards: [String: String] = [:]
    try session.query(RosterSQL.now, [PostgresValue(board)]).forEach {
      boards[try $0.string("hostname")] = try $0.string("device_type_id")
    }
    return boards
  }
}

/// Every statement about the roster. Times are the transaction's, which began before it decided anything.
private enum RosterSQL {
  static let digest: SQL = "SELECT digest FROM boardcast.roster_digest FOR UPDATE"

  static let end: SQL = """
    UPDATE boardcast.roster r SET until = now()
     WHERE until IS NULL
       AND NOT EXISTS (SELECT FROM unnest($1::text[], $2::text[]) AS b (hostname, device_type)
                        WHERE b.hostname = r.hostname AND b.device_type = r.device_type)
    """

  static let begin: SQL = """
    INSERT INTO boardcast.roster (hostname, device_type, since)
    SELECT b.hostname, b.device_type, now()
      FROM unnest($1::text[], $2::text[]) AS b (hostname, device_type)
     WHERE NOT EXISTS (SELECT FROM boardcast.roster r WHERE r.hostname = b.hostname AND r.until IS NULL)
    """

  static let keepDigest: SQL = """
    INSERT INTO boardcast.roster_digest (digest) VALUES ($1)
    ON CONFLICT (is_only) DO UPDATE SET digest = excluded.digest
    """

  static let isKnown: SQL = """
    SELECT coalesce((SELECT min(since) FROM boardcast.roster) <= e.decided_at, false) AS known
      FROM boardcast.event e WHERE e.id = $1
    """

  static let then: SQL = """
    SELECT r.hostname, r.device_type
      FROM boardcast.event e
      JOIN boardcast.roster r ON r.since <= e.decided_at AND (r.until IS NULL OR r.until > e.decided_at)
     WHERE e.id = $1 AND ($2::text IS NULL OR r.hostname = $2)
    """

  static let now: SQL = """
    SELECT hostname, device_type_id FROM lava_scheduler_app_device WHERE $1::text IS NULL OR hostname = $1
    """
}
