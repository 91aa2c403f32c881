/// The types a plain scalar can resolve to under YAML 1.1, with PyYAML's tags.
///
/// Rules: `yaml/resolver.py`. YAML 1.2 libraries, and Yams by itself, type scalars otherwise (`1e3`, `0o17`, `y`).
enum YAMLType: String {
  case null = "tag:yaml.org,2002:null"
  case bool = "tag:yaml.org,2002:bool"
  case int = "tag:yaml.org,2002:int"
  case float = "tag:yaml.org,2002:float"
  case timestamp = "tag:yaml.org,2002:timestamp"
  case merge = "tag:yaml.org,2002:merge"
  case value = "tag:yaml.org,2002:value"
  case string = "tag:yaml.org,2002:str"

  /// Whether PyYAML makes a value of the tag; the others only steer mappings.
  var isConstructed: Bool { self != .merge && self != .value }

  /// The type of a plain scalar with this text.
  init(plain text: String) {
    switch text {
    case "", "~", "null", "Null", "NULL": self = .null
    case "<<": self = .merge
    case "=": self = .value
    default:
      if Self.bools[text] != nil {
        self = .bool
      } else if let first = text.utf8.first, Self.canStartNumber(first) {
        self = Self.number(text)
      } else {
        self = .string
      }
    }
  }

  /// The spellings of true and false, `yaml/constructor.py:bool_values` in the cases the resolver knows.
  static let bools: [String: Bool] = [
    "yes": true, "Yes": true, "YES": true, "no": false, "No": false, "NO": false,
    "true": true, "True": true, "TRUE": true, "false": false, "False": false, "FALSE": false,
    "on": true, "On": true, "ON": true, "off": false, "Off": false, "OFF": false,
  ]

  /// What a scalar of type bool means, in any case (`construct_yaml_bool`); nil when it is no such word.
  static func bool(_ text: String) -> Bool? {
    bools[text.lowercased()]
  }

  private static func canStartNumber(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || byte == 43 || byte == 45 || byte == 46
  }

  private static func number(_ text: String) -> YAMLType {
    if isFloat(text) { return .float }
    if isInt(text) { return .int }
    return YAMLTimestamp(parsing: text, implicit: true) == nil ? .string : .timestamp
  }

  private static func isInt(_ text: String) -> Bool {
    var scan = ByteScan(text)
    _ = scan.take(oneOf: "+-")
    if scan.take("0") {
      if scan.isAtEnd { return true }
      if scan.take("b") { return scan.takeRun(of: "01_") && scan.isAtEnd }
      if scan.take("x") { return scan.takeRun(of: "0123456789abcdefABCDEF_") && scan.isAtEnd }
      return scan.takeRun(of: "01234567_") && scan.isAtEnd
    }
    guard scan.take(oneOf: "123456789") else { return false }
    _ = scan.takeRun(of: "0123456789_")
    return scan.isAtEnd || (scan.takeSexagesimalParts() && scan.isAtEnd)
  }

  private static func isFloat(_ text: String) -> Bool {
    switch text {
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN":
      return true
    default: break
    }
    var scan = ByteScan(text)
    // A sign before a bare point is no float under this rule: "-.5" is text.
    if !scan.take(".") {
      _ = scan.take(oneOf: "+-")
      guard scan.take(oneOf: "0123456789") else { return false }
      _ = scan.takeRun(of: "0123456789_")
      let sexagesimal = scan.takeSexagesimalParts()
      guard scan.take(".") else { return false }
      _ = scan.takeRun(of: "0123456789_")
      if sexagesimal { return scan.isAtEnd }
    } else {
      guard scan.take(oneOf: "0123456789") else { return false }
      _ = scan.takeRun(of: "0123456789_")
    }
    if scan.isAtEnd { return true }
    return scan.take(oneOf: "eE") && scan.take(oneOf: "+-") && scan.takeRun(of: "0123456789") && scan.isAtEnd
  }
}
