public import PostgresClient

/// LAVA's own table of device types.
public struct LAVATypes: Hashable, Sendable {
  /// The names of all types, sorted.
  public let names: [String]
  /// The architecture of those that a lab's admins gave one: LAVA itself sets none
  /// (lava_scheduler_app/models.py:DeviceType.architecture).
  public let architectures: [String: String]

  /// Reads the table. Throws `NotALAVADatabase` when it is not there, else what PostgreSQL throws.
  public static func read(_ session: borrowing PostgresSession) throws -> LAVATypes {
    let missing = try LAVATables.read(session).missing
    guard missing.isEmpty else { throw NotALAVADatabase(missing: missing) }
    var names: [String] = []
    var architectures: [String: String] = [:]
    try session.query(Self.all).forEach { row in
      let name = try row.string("name")
      names.append(name)
      architectures[name] = try row.optionalString("architecture_id")
    }
    return LAVATypes(names: names, architectures: architectures)
  }

  private static let all: SQL = "SELECT name, architecture_id FROM lava_scheduler_app_devicetype ORDER BY name"
}
