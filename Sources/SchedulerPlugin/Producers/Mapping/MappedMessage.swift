import BuildEvents

/// A message as a mapping sees it: the producer's fields, what the adapter knows under `known`, and what the mapping's
/// expressions took under `captured`.
struct MappedMessage: Sendable {
  let facts: ProducerFacts
  var captured: [String: String] = [:]

  func look(_ path: FieldPath) -> JSONValue? {
    if let value = path.value(in: facts.fields) { return value }
    let ours: JSONValue = [
      "captured": .object(captured.mapValues(JSONValue.string)), "known": .object(facts.record),
      "build": .string(facts.buildID),
    ]
    return path.value(in: ours)
  }

  /// A message's text as it may stand in a line: bounded, without control characters.
  static func shown(_ text: String) -> String {
    let scalars = text.unicodeScalars.prefix(100).map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }
    return String(String.UnicodeScalarView(scalars)) + (text.unicodeScalars.count > 100 ? "…" : "")
  }
}
