/// Finds the values that PyYAML would write once with an anchor and then as aliases.
///
/// PyYAML keeps one object for an anchored node and recognises it by identity when it dumps
/// (`yaml/representer.py:represent_data`). None, text, booleans and numbers are always written out.
struct YAMLAliases {
  /// What tells two objects apart: a mapping and its first key can start at the same place.
  struct Identity: Hashable {
    private enum Kind { case mapping, sequence, timestamp }
    private let mark: YAMLOrigin.Mark
    private let kind: Kind

    /// Nil for values that are never shared.
    init?(_ value: YAMLValue, _ mark: YAMLOrigin.Mark?) {
      guard let mark else { return nil }
      self.mark = mark
      switch value {
      case .mapping: kind = .mapping
      case .sequence: kind = .sequence
      case .timestamp: kind = .timestamp
      default: return nil
      }
    }
  }

  /// The number of each shared value's anchor, in the order in which second occurrences come up, from 1.
  private(set) var numbers: [Identity: Int] = [:]
  private var seen: Set<Identity> = []

  /// Looks at a value and everything in it; `entries` gives the entries of a mapping in the order of the dump.
  mutating func collect(_ value: YAMLValue, _ origin: YAMLOrigin, entries: (YAMLMapping) -> [Int]) {
    guard enter(value, origin.mark) else { return }
    switch value {
    case .sequence(let items):
      for (place, item) in items.enumerated() {
        collect(item, origin.child(place), entries: entries)
      }
    case .mapping(let mapping):
      for place in entries(mapping) {
        _ = enter(mapping.entries[place].key, origin.key(place))
        collect(mapping.entries[place].value, origin.child(place), entries: entries)
      }
    default: break
    }
  }

  /// False when the value was there before.
  private mutating func enter(_ value: YAMLValue, _ mark: YAMLOrigin.Mark?) -> Bool {
    guard let identity = Identity(value, mark) else { return true }
    if seen.insert(identity).inserted { return true }
    if numbers[identity] == nil { numbers[identity] = numbers.count + 1 }
    return false
  }
}

extension YAMLOrigin {
  /// The origin of an item or value; `none` for what was added after loading.
  func child(_ place: Int) -> YAMLOrigin {
    children.indices.contains(place) ? children[place] : .none
  }

  /// Where a key stood.
  func key(_ place: Int) -> Mark? {
    keys.indices.contains(place) ? keys[place] : nil
  }
}
