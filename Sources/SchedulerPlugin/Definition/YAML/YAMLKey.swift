/// A mapping key under Python's equality, where `1`, `1.0` and `true` are one key.
struct YAMLKey: Hashable {
  private let value: YAMLValue

  init(_ key: YAMLValue) {
    switch key {
    case .bool(let flag): value = .int(flag ? 1 : 0)
    case .double(let number): value = Int64(exactly: number).map(YAMLValue.int) ?? key
    default: value = key
    }
  }
}
