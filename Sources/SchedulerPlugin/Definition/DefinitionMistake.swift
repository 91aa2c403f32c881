/// Why a text is no job definition, or why LAVA would refuse it.
public struct DefinitionMistake: Error, Sendable, Hashable {
  /// One line, in LAVA's own words where LAVA has some (`lava_scheduler_app/dbutils.py:validate_job` and voluptuous).
  public let message: String
  /// Line of the loaded text, from 1; nil when the mistake belongs to no line.
  public let line: Int?
  /// The place in the loaded data as voluptuous writes it, such as `data['timeouts']['job']`; nil for YAML mistakes.
  public let path: String?
  /// Set where LAVA's submission would not have refused it, or not in words.
  public let strictness: Strictness?

  /// A mistake; see the properties.
  public init(_ message: String, line: Int? = nil, path: String? = nil, strictness: Strictness? = nil) {
    self.message = message
    self.line = line
    self.path = path
    self.strictness = strictness
  }
}

extension DefinitionMistake: CustomStringConvertible {
  /// The message with its line in front. Holds keys of the definition, never its values.
  public var description: String {
    line.map { "line \($0): \(message)" } ?? message
  }
}
