import BoardInventory
import PostgresClient

/// Why nothing may be written into a database, though it answers. Found again each round, so it ends by itself.
enum WritingObstacle: Error, Hashable, Sendable, CustomStringConvertible {
  case notLAVAs(NotALAVADatabase)
  case notEnabled
  case disabled
  /// The tables are those of an older Boardcast; these migrations are missing.
  case olderTables([String])
  /// The tables are those of a newer Boardcast, or no Boardcast's; the words of `Migrations`.
  case otherTables(String)
  case recovering
  case readOnly

  /// Whether a session that began under this obstacle stays under it: `default_transaction_read_only` is a session's own.
  var needsNewSession: Bool { self == .readOnly }

  var description: String {
    switch self {
    case .notLAVAs(let why): "\(why)"
    case .notEnabled: NotEnabled().description
    case .disabled: "Boardcast is disabled in this database; run 'boardcast enable'"
    case .olderTables(let names): "not applied: \(names.joined(separator: ", ")); run 'boardcast enable'"
    case .otherTables(let why): why
    case .recovering:
      "the database is a standby in recovery, which takes no writes; name the primary, or all hosts with "
        + "target_session_attrs=read-write"
    case .readOnly:
      "the database is read-only (default_transaction_read_only); nothing is decided until that is switched off"
    }
  }

  /// What stands in the way; nil when nothing does. Without migrations nobody asks whose tables they are.
  static func find(_ connection: PostgresConnection, _ migrations: Migrations?) async throws -> WritingObstacle? {
    try await connection.withSession { try find($0, migrations) }
  }

  static func find(_ session: borrowing PostgresSession, _ migrations: Migrations?) throws -> WritingObstacle? {
    let missing = try LAVATables.read(session).missing
    guard missing.isEmpty else { return .notLAVAs(NotALAVADatabase(missing: missing)) }
    let found = try session.query(situation).only {
      (
        recovering: try $0.bool("recovering"), readOnly: try $0.bool("read_only"), there: try $0.bool("there"),
        switchable: try $0.bool("switchable")
      )
    }
    if found.recovering { return .recovering }
    if found.readOnly { return .readOnly }
    guard found.there else { return .notEnabled }
    if let migrations {
      do {
        let pending = try migrations.pending(session)
        guard pending.isEmpty else { return .olderTables(pending) }
      } catch let error as PostgresError where error.code == .migration {
        return .otherTables("\(error)")
      }
    }
    guard found.switchable else { return nil }
    return try session.query(isEnabled).only { try $0.bool("enabled") } ? nil : .disabled
  }

  private static let situation: SQL = """
    SELECT pg_is_in_recovery() AS recovering, current_setting('transaction_read_only')::boolean AS read_only,
           to_regclass('boardcast.assignment') IS NOT NULL AS there,
           to_regclass('boardcast.enabling') IS NOT NULL AS switchable
    """

  private static let isEnabled: SQL = "SELECT bool_and(enabled) IS NOT FALSE AS enabled FROM boardcast.enabling"
}
