import Matcher
import PostgresClient

/// How a LAVA user stands in whose name something is to be done.
enum UserStanding: Hashable, Sendable {
  case active(String)
  case inactive(String)
  /// LAVA has the user no more.
  case gone

  /// The user's name in LAVA now; nil when there is none.
  var name: String? {
    switch self {
    case .active(let name), .inactive(let name): name
    case .gone: nil
    }
  }

  /// What stands against jobs in the user's name; nil when nothing does.
  ///
  /// - Parameter words: who it is, for example `the event's user`.
  func reason(_ words: String) -> Reason? {
    switch self {
    case .active: nil
    case .inactive(let name): Reason(.userInactive, "\(words), LAVA's user '\(name)', is not active")
    case .gone: Reason(.userGone, "\(words) is no user of LAVA's any more")
    }
  }

  /// Reads how users stand, by LAVA's id.
  static func read(_ ids: [Int], _ session: borrowing PostgresSession) throws -> [Int: UserStanding] {
    var all = Dictionary(ids.map { ($0, UserStanding.gone) }, uniquingKeysWith: { first, _ in first })
    try session.query(users, [.int8Array(ids.map(Int64.init))]).forEach { row in
      let name = try row.string("username")
      all[try row.int("id")] = try row.bool("is_active") ? .active(name) : .inactive(name)
    }
    return all
  }

  private static let users: SQL = "SELECT id, username, is_active FROM auth_user WHERE id = ANY ($1::bigint[])"
}
