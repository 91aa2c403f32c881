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

  /// Keeps the words with the decision, inside its transaction.
  static func keep(_ words: [String: String], event: Int64, _ session: borrowing PostgresSession) throws {
    let json = JSONValue.object(words.mapValues(JSONValue.string))
    _ = try session.execute(insert, [.int8(event), .jsonb(json.canonical)])
  }

  /// What was kept; nil when nothing was.
  static func read(_ event: Int64, _ session: borrowing PostgresSession) throws -> [String: String]? {
    let text = try session.query(select, [.int8(event)]).first { try $0.json("rules") }
    guard let text else { return nil }
    let json = try JSONValue.parse(Array(text.utf8), limits: .stored)
    return (json.objectValue ?? [:]).compactMapValues(\.stringValue)
  }

  private static let insert: SQL = """
    INSERT INTO boardcast.ignored (event_id, rules) VALUES ($1, $2)
    ON CONFLICT (event_id) DO UPDATE SET rules = excluded.rules
    """

  private static let select: SQL = "SELECT rules FROM boardcast.ignored WHERE event_id = $1"
}
