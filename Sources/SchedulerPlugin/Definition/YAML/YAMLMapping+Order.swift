extension YAMLMapping {
  /// The places of the entries in the order of Python's `sorted()`: by key, or as they are when the keys cannot be
  /// compared with each other (`yaml/representer.py:represent_mapping` swallows the TypeError).
  var sortedPlaces: [Int] {
    let places = Array(entries.indices)
    guard places.count > 1, let kind = SortKey(entries[0].key)?.kind else { return places }
    var keys: [SortKey] = []
    for entry in entries {
      guard let key = SortKey(entry.key), key.kind == kind else { return places }
      keys.append(key)
    }
    return places.sorted { keys[$0].precedes(keys[$1]) }
  }
}

/// A key as Python's `<` sees it.
private struct SortKey {
  enum Kind { case text, number, date, time }

  let kind: Kind
  private var text: [Unicode.Scalar] = []
  private var number = 0.0

  /// Nil for None, which has no order, and for zoned times, which this code does not order.
  init?(_ key: YAMLValue) {
    switch key {
    case .string(let string):
      kind = .text
      text = Array(string.unicodeScalars)
    case .timestamp(let timestamp):
      guard timestamp.time?.offsetMinutes == nil else { return nil }
      kind = timestamp.time == nil ? .date : .time
      text = Array(timestamp.text.unicodeScalars)
    case .bool(let flag):
      kind = .number
      number = flag ? 1 : 0
    case .int(let integer):
      kind = .number
      number = Double(integer)
    case .bigInt(let digits):
      kind = .number
      number = Double(digits) ?? .infinity
    case .double(let double):
      kind = .number
      number = double
    case .null, .sequence, .mapping:
      return nil
    }
  }

  func precedes(_ other: SortKey) -> Bool {
    kind == .number ? number < other.number : text.lexicographicallyPrecedes(other.text)
  }
}
