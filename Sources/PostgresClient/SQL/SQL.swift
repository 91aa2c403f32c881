/// SQL text that can only come from a literal in our source code.
///
/// The literal is a `StaticString`, so `"… \(value) …"` does not compile: values travel as ``PostgresValue`` parameters
/// (`$1`, `$2` …) and names as ``identifier(_:)``. Nothing is ever interpolated.
///
/// ```swift
/// let boards: SQL = "select hostname from lava_scheduler_app_device where device_type_id = $1"
/// let table: SQL = try "truncate " + .identifier(name)
/// ```
public struct SQL: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// The text as it is sent to the server.
  package let text: String

  /// Takes the text of a literal.
  public init(stringLiteral value: StaticString) {
    text = value.description
  }

  /// Takes text that is trusted without being a literal: the content of a migration file, and nothing else.
  package init(unchecked text: String) {
    self.text = text
  }

  /// Joins two pieces with nothing in between: leave a space in one of the literals.
  public static func + (left: SQL, right: SQL) -> SQL {
    SQL(unchecked: left.text + right.text)
  }

  /// The text itself. It holds no value of any parameter.
  public var description: String { text }
}
