public import PostgresClient

/// The triggers of `migrations/0002_inventory_triggers.sql`, by which LAVA's changes are heard of.
public enum InventoryTriggers {
  /// Triggers that are not there or are switched off, as `TRIGGER on TABLE`, LAVA's tables by their short names.
  public static func missing(_ session: borrowing PostgresSession) throws -> [String] {
    try session.query(InventorySQL.missingTriggers).map { try $0.string("missing") }
  }

  /// Tables on which the current role may not make triggers.
  public static func forbiddenTables(_ session: borrowing PostgresSession) throws -> [String] {
    try session.query(InventorySQL.tablesWithoutTriggerRight).map { try $0.string("name") }
  }

  /// The statement by which `restore` puts triggers back.
  public static var restoring: SQL { InventorySQL.restoreTriggers }

  /// Puts back what `missing` finds; call it in a transaction of its own, for LAVA's writers wait until it ends.
  ///
  /// Returns what was missing. Throws what PostgreSQL throws, so when the role may not make triggers.
  @discardableResult
  public static func restore(_ session: borrowing PostgresSession) throws -> [String] {
    let missing = try missing(session)
    if !missing.isEmpty { try session.script(InventorySQL.restoreTriggers) }
    return missing
  }
}
