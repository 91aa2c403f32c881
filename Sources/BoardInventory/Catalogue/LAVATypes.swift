public import PostgresClient

/// LAVA's own table of device types, with their aliases.
public struct LAVATypes: Hashable, Sendable {
  /// The names of all types, sorted.
  public let names: [String]
  /// What a lab's admins say of types' processors; types of which they say nothing are absent.
  public let words: [String: LAVATypeWords]
  /// Types by alias; an alias that belongs to no type is absent.
  public let aliases: [String: String]

  /// The type a name stands for, as LAVA's submission resolves it: an alias first, then a type's name
  /// (lava_scheduler_app/dbutils.py and models.py:_get_device_type). Nil for a name LAVA does not have.
  public func resolve(_ name: String) -> String? { aliases[name] ?? (names.contains(name) ? name : nil) }

  /// Reads the tables. Throws `NotALAVADatabase` when they are not there, else what PostgreSQL throws.
  public static func read(_ session: borrowing PostgresSession) throws -> LAVATypes {
    let missing = try LAVATables.read(session).missing
    guard missing.isEmpty else { throw NotALAVADatabase(missing: missing) }
    let types = try InventoryTypes.read(session)
    var aliases: [String: String] = [:]
    for (type, names) in types.aliases { for name in names { aliases[name] = type } }
    return LAVATypes(names: types.displayed.keys.sorted(), words: types.words, aliases: aliases)
  }
}
