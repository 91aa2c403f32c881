public import PostgresClient

/// A rule that queues nothing for now, or all rules. What waits goes on waiting, and says so.
public struct RulePause: Hashable, Sendable {
  /// The rule's name; nil for all rules.
  public let rule: String?
  /// Who paused it.
  public let author: String
  /// Why.
  public let reason: String
  /// Since when; RFC 3339, UTC.
  public let since: String

  /// Pauses a rule, or all for nil; what was paused before keeps its date and gets the new reason.
  public static func pause(
    _ rule: String?, by author: String, reason: String, _ session: borrowing PostgresSession
  ) throws {
    _ = try session.execute(PauseSQL.add, [.text(rule ?? ""), .text(author), .text(reason)])
    _ = try session.execute(EventSQL.announce)
  }

  /// Lets a rule go on, or all for nil. Returns whether it was paused.
  public static func resume(_ rule: String?, _ session: borrowing PostgresSession) throws -> Bool {
    let count = try session.execute(PauseSQL.remove, [.text(rule ?? "")])
    _ = try session.execute(EventSQL.announce)
    return count > 0
  }

  /// What is paused now, by rule.
  public static func all(_ session: borrowing PostgresSession) throws -> [RulePause] {
    try session.query(PauseSQL.all).map { row in
      let rule = try row.string("rule")
      return RulePause(
        rule: rule.isEmpty ? nil : rule, author: try row.string("author"), reason: try row.string("reason"),
        since: try row.string("since"))
    }
  }
}

private enum PauseSQL {
  static let add: SQL = """
    INSERT INTO boardcast.pause (rule, author, reason) VALUES ($1, $2, $3)
    ON CONFLICT (rule) DO UPDATE SET author = excluded.author, reason = excluded.reason
    """

  static let remove: SQL = "DELETE FROM boardcast.pause WHERE rule = $1"

  static let all: SQL = """
    SELECT rule, author, reason, to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since
      FROM boardcast.pause ORDER BY rule
    """
}
