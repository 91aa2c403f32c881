internal import PostgresClient

/// Who sent something: an active LAVA user, proven by one of LAVA's API tokens.
public struct Sender: Hashable, Sendable {
  /// LAVA's auth_user.id; the jobs will be this user's.
  public let id: Int
  /// LAVA's username.
  public let name: String
  /// Whether LAVA lets the user do everything.
  public let isSuperuser: Bool
}

/// What somebody shows at a door.
enum Credentials: Hashable, Sendable {
  /// LAVA's API token alone (REST).
  case token(String)
  /// User name and API token (XML-RPC).
  case basic(user: String, token: String)
}

/// Why somebody is not let in. The texts are LAVA's (lava_rest_app/authentication.py).
enum Stranger: Error, Hashable, Sendable {
  case noCredentials
  case unknownToken
  case inactive
}

extension Sender {
  /// Looks a token up in LAVA's own table. LAVA's `last_used_on` is left alone: LAVA's REST does not touch it either.
  static func find(_ credentials: Credentials, _ session: borrowing PostgresSession) throws -> Sender {
    let (token, user): (String, String?) =
      switch credentials {
      case .token(let token): (token, nil)
      case .basic(let user, let token): (token, user)
      }
    // An empty token would match a row somebody emptied by hand; NUL is no text to PostgreSQL.
    guard !token.isEmpty, !token.utf8.contains(0), user?.utf8.contains(0) != true else { throw Stranger.unknownToken }
    let found = try session.query(byToken, [.text(token), PostgresValue(user)]).first {
      (
        sender: Sender(
          id: try $0.int("id"), name: try $0.string("username"), isSuperuser: try $0.bool("is_superuser")),
        isActive: try $0.bool("is_active")
      )
    }
    guard let found else { throw Stranger.unknownToken }
    guard found.isActive else { throw Stranger.inactive }
    return found.sender
  }

  /// A function looks (`migrations/0009_enabling.sql`), so that Boardcast's own role need not read everybody's tokens.
  private static let byToken: SQL = "SELECT id, username, is_superuser, is_active FROM boardcast.sender($1, $2)"
}
