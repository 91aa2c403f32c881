internal import PostgresClient

/// LAVA's database has none of Boardcast's tables, or not all of them.
public struct NotEnabled: Error, Hashable, Sendable, CustomStringConvertible {
  /// One line with the mend.
  public let description = "Boardcast's tables are not in this database; run 'boardcast enable'"

  /// Somebody looked and found none.
  public init() {}

  /// Recognises PostgreSQL's words for a table of ours that is not there (42P01, undefined_table); nil for any other
  /// error.
  public init?(_ error: any Error) {
    guard let error = error as? PostgresError, error.sqlState == "42P01", error.message.contains("\"boardcast.") else {
      return nil
    }
  }
}
