/// The parts of a voluptuous schema that LAVA's submission schema is made of.
///
/// The rules, their order and their words follow voluptuous 0.12.2, which Debian 12 ships with LAVA 2023.01.
indirect enum Schema: Sendable {
  /// `str`, `int` (booleans too, as in Python), `bool`, `dict`, `list`: an isinstance test.
  case string, int, bool, dict, list
  /// Any value (`object`).
  case anything
  /// This text.
  case literal(String)
  /// None.
  case null
  /// `Any(…)`: the first that fits; else the deepest error.
  case any([Schema])
  /// `All(str, Length(…))`: text of so many characters.
  case text(min: Int, max: Int?)
  /// `Match(r"^[a-zA-Z0-9-_]+$", msg="Invalid character")`.
  case name
  /// `[…]`: each item fits one of these.
  case sequence([Schema])
  /// `{…}`; with `extra` other keys are let through.
  case mapping([Field], extra: Bool = false)

  /// One of these texts.
  static func oneOf(_ texts: String...) -> Schema {
    .any(texts.map(Schema.literal))
  }

  /// One line of a mapping schema.
  struct Field: Sendable {
    /// Which keys the line is for.
    enum Key: Sendable {
      case literal(String)
      /// One of a set, as voluptuous' `In`.
      case member(Set<String>)
      case string, stringOrInt
      /// `schema.py:action_name`: `str(key)` of small letters and dashes.
      case actionName
      /// `schema.py:vlan_name`: `str(key)` of letters, digits and underscores.
      case vlanName
    }

    /// Whether the key must be there, or which others it excludes.
    enum Presence: Sendable, Equatable {
      case required, optional
      case exclusive(String)
    }

    let key: Key
    let presence: Presence
    let value: Schema
  }
}

extension Schema.Field {
  static func required(_ key: String, _ value: Schema) -> Self {
    Self(key: .literal(key), presence: .required, value: value)
  }

  static func optional(_ key: String, _ value: Schema) -> Self {
    Self(key: .literal(key), presence: .optional, value: value)
  }

  static func exclusive(_ key: String, _ group: String, _ value: Schema) -> Self {
    Self(key: .literal(key), presence: .exclusive(group), value: value)
  }

  static func keys(_ key: Key, _ value: Schema) -> Self {
    Self(key: key, presence: .optional, value: value)
  }

  func fits(_ key: YAMLValue) -> Bool {
    switch self.key {
    case .literal(let name): key == .string(name)
    case .member(let names): key.string.map(names.contains) ?? false
    case .string: key.string != nil
    case .stringOrInt: key.string != nil || key.isPythonInt
    case .actionName: key.pythonText.isMatched { (97...122).contains($0) || $0 == 45 }
    case .vlanName: key.pythonText.isMatched { $0.isASCIIWord || $0 == 95 }
    }
  }
}

extension String {
  /// Whether `^[…]+$` matches: Python's `$` also stands before a newline at the end.
  func isMatched(_ allowed: (UInt8) -> Bool) -> Bool {
    let bytes = utf8.last == 10 ? utf8.dropLast() : utf8[...]
    return !bytes.isEmpty && bytes.allSatisfy(allowed)
  }
}

extension UInt8 {
  /// An ASCII letter or digit.
  var isASCIIWord: Bool {
    (48...57).contains(self) || (65...90).contains(self) || (97...122).contains(self)
  }
}

extension YAMLValue {
  /// Python's `isinstance(value, int)`.
  var isPythonInt: Bool {
    switch self {
    case .int, .bigInt, .bool: true
    default: false
    }
  }
}
