/// A YAML 1.1 value as PyYAML's `SafeLoader` would construct it.
///
/// LAVA loads every job definition with PyYAML (`lava_common/compat.py:yaml_safe_load`), so `yes`, `010`, `1:30` and
/// `2024-01-02` mean here what they mean there: true, 8, 90 and a date. `!!binary`, `!!set`, `!!omap` and `!!pairs`
/// have no case: `JobDefinition.load` refuses them.
public indirect enum YAMLValue: Sendable, Hashable {
  /// `null`, `~` or nothing at all.
  case null
  /// `true`, `yes`, `on` and their opposites in the spellings of YAML 1.1.
  case bool(Bool)
  /// An integer that fits 64 bits, whatever base it was written in.
  case int(Int64)
  /// An integer beyond 64 bits: its decimal digits, with a leading `-` when negative. Python's integers have no bound.
  case bigInt(String)
  /// A float, infinities and not-a-number included.
  case double(Double)
  /// Text. Never holds U+0000.
  case string(String)
  /// A date, or a date with a time of day.
  case timestamp(YAMLTimestamp)
  /// A list.
  case sequence([YAMLValue])
  /// A mapping, its entries in the order Python's `dict` keeps them.
  case mapping(YAMLMapping)
}

extension YAMLValue {
  /// The text, when this is a string.
  public var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// The entries, when this is a mapping.
  public var mapping: YAMLMapping? {
    guard case .mapping(let mapping) = self else { return nil }
    return mapping
  }

  /// The items, when this is a list.
  public var sequence: [YAMLValue]? {
    guard case .sequence(let items) = self else { return nil }
    return items
  }

  /// What Python's `isinstance(value, int)` and `int(value)` make of it: booleans count as 1 and 0. Nil for anything
  /// else, and for integers beyond 64 bits.
  public var integer: Int64? {
    switch self {
    case .int(let number): number
    case .bool(let flag): flag ? 1 : 0
    default: nil
    }
  }
}
