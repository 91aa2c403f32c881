/// A JSON document (RFC 8259) as a value, with integers kept apart from other numbers.
///
/// Foundation's `Any` trees lose the difference between `1` and `true` on Linux and are not `Sendable`; a build id must
/// survive as it was sent.
public indirect enum JSONValue: Sendable, Hashable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number without fraction or exponent that fits 64 bits.
  case int(Int64)
  /// Any other number; always finite.
  case double(Double)
  /// A string. Never holds U+0000, which PostgreSQL's `text` and `jsonb` cannot store.
  case string(String)
  /// An array.
  case array([JSONValue])
  /// An object; member order is not kept.
  case object([String: JSONValue])
}

extension JSONValue {
  /// The text, if this is a string.
  public var stringValue: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The members, if this is an object.
  public var objectValue: [String: JSONValue]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// The elements, if this is an array.
  public var arrayValue: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// The member of that name; nil if there is none or this is no object.
  public subscript(name: String) -> JSONValue? { objectValue?[name] }

  /// "An empty string or null means absent": true for those two.
  public var isAbsent: Bool { self == .null || self == .string("") }

  /// What kind of value it is, with its article, for refusals.
  var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .int, .double: "a number"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    }
  }
}

// No nil literal: `cond ? nil : value` would silently mean `.null` where an optional is meant.
extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// An integer.
  public init(integerLiteral value: Int64) { self = .int(value) }
  /// A boolean.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// An array.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// An object; of a name given twice the last counts, as in a parsed document.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(Dictionary(elements) { _, last in last })
  }
}
