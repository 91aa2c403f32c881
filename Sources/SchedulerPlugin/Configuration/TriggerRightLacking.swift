internal import BoardInventory
public import PostgresClient

/// The triggers on LAVA's tables are not there, and the role may not make them.
public struct TriggerRightLacking: Error, Hashable, Sendable, CustomStringConvertible {
  let tables: [String]

  /// Throws this error when a trigger is missing that the connection's role may not make.
  public static func check(_ connection: PostgresConnection) async throws {
    let (missing, forbidden) = try await connection.withSession { session in
      (
        try InventoryTriggers.missing(session) + PoolTriggers.missing(session),
        try InventoryTriggers.forbiddenTables(session)
      )
    }
    guard missing.isEmpty || forbidden.isEmpty else { throw Self(tables: forbidden) }
  }

  var mend: String {
    "let the tables' owner say GRANT TRIGGER ON \(tables.joined(separator: ", ")) TO the role, "
      + "or enable with LAVA's own role"
  }

  /// One line with the tables and the mend.
  public var description: String { "the role may not make triggers on LAVA's inventory tables: \(mend)" }
}
