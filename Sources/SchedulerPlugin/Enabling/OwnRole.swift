internal import BoardInventory
internal import PostgresClient

/// The name of Boardcast's own database role, and what is to become of it.
public struct OwnRole: Hashable, Sendable {
  /// Its name unless told otherwise.
  public static let standard = "boardcast"

  /// The name.
  public let name: String
  /// The file in which its connection string is kept.
  public let file: RoleFile

  /// A role; nothing is done.
  public init(name: String = OwnRole.standard, file: RoleFile) {
    self.name = name
    self.file = file
  }

  /// What the server knows of the role.
  enum Situation: Hashable, Sendable {
    case absent
    case present
    /// It is somebody's who may more than Boardcast's role must.
    case mighty

    static func read(_ name: String, _ session: borrowing PostgresSession) throws -> Situation {
      let mighty = try session.query(RightsSQL.role, [.text(name)]).first { try $0.bool("is_mighty") }
      return mighty.map { $0 ? .mighty : .present } ?? .absent
    }
  }

  /// Statements that make the role, or give it another password. `verifier` is what the server keeps of the password.
  static func making(_ name: String, _ situation: Situation, verifier: String) throws -> SQL {
    let password = try "PASSWORD " + SQL.literal(verifier)
    let role = try SQL.identifier(name)
    return situation == .absent
      ? "CREATE ROLE " + role + " LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION " + password
      : "ALTER ROLE " + role + " LOGIN " + password
  }
}
