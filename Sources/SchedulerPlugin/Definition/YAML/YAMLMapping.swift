/// A mapping that keeps its entries in the order in which Python's `dict` would hold them.
///
/// Equality looks at the order too. No key occurs twice; lookup is linear, as the mappings of a job are short.
public struct YAMLMapping: Sendable, Hashable {
  /// One key with its value.
  public struct Entry: Sendable, Hashable {
    /// The key: any scalar, as Python cannot hash lists and mappings.
    public let key: YAMLValue
    /// The value.
    public internal(set) var value: YAMLValue
  }

  /// The entries in order.
  public private(set) var entries: [Entry]

  /// An empty mapping.
  public init() {
    entries = []
  }

  /// A mapping of these pairs; a key that comes again replaces the value and keeps the first place, as in Python.
  public init(_ pairs: [(YAMLValue, YAMLValue)]) {
    self.init()
    for (key, value) in pairs { set(key, to: value) }
  }

  /// A mapping of entries whose keys the caller knows to differ.
  init(distinct entries: [Entry]) {
    self.entries = entries
  }

  /// The value under a string key.
  public subscript(key: String) -> YAMLValue? {
    index(of: .string(key)).map { entries[$0].value }
  }

  /// The place of a key in `entries`.
  public func index(of key: YAMLValue) -> Int? {
    entries.firstIndex { $0.key == key }
  }

  /// Gives `key` this value, in its old place when it is there already, else at the end.
  public mutating func set(_ key: YAMLValue, to value: YAMLValue) {
    if let place = index(of: key) {
      entries[place].value = value
    } else {
      entries.append(Entry(key: key, value: value))
    }
  }
}
