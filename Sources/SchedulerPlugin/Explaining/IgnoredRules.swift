import BuildEvents
import PostgresClient

/// Why rules ignored an event, in their words when it was decided.
enum IgnoredRules {
  /// The words of every rule that ignores the event, by rule.
  static func words(_ rules: [any Rule], of event: BuildEvent) -> [String: String] {
    var words: [String: String] = [:]
    for rule in rules {
      if case .ignores(let why) = rule.answer(to: event) { words[rule.name] = why }
    }
    return words
  }

  /// Keeps the words of events with their decisions, inside the transaction.
  static func keep(
    _ events: [(event: Int64, words: [String: String])], _ session: borrowing PostgresSession
  ) throws {
    _ = try session.execute(
      insert,
      [
        .int8Array(events.map(\.event)),
        .textArray(events.map { JSONValue.object($0.words.mapValues(JSONValue.string)).canonical }),
      ])
  }

  /// What was kept; nil when nothing was.
  static func read(_ event: Int64, _ session: borrowing PostgresSession) throws -> [String: String]? {
    let text = try session.query(select, [.int8(event)]).first { try $0.json("rules") }
    guard let text else { return nil }
    let json = try JSONValue.parse(Array(text.utf8), limits: .stored)
    return (json.objectValue ?? [:]).compactMapValues(\.stringValue)
  }

  private static let insert: SQL = """
    INSERT INTO boardcast.ignored (event_id, rules)
    SELECT i.event_id, i.rules::jsonb FROM unnest($1::bigint[], $2::text[]) AS i (event_id, rules)
    ON CONFLICT (event_id) DO UPDATE SET rules = excluded.rules
    """

  private static let select: SQL = "SELECT rules FROM boardcast.ignored WHERE event_id = $1"
}
