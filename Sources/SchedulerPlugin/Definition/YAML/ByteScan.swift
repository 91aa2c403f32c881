/// A position that moves over the bytes of a scalar.
struct ByteScan {
  private var rest: Substring.UTF8View

  init(_ text: String) {
    rest = Substring(text).utf8
  }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard let first = rest.first, UInt32(first) == character.value else { return false }
    rest.removeFirst()
    return true
  }

  mutating func takeBlanks() -> Bool {
    var found = false
    while take(" ") || take("\t") { found = true }
    return found
  }

  mutating func digits() -> Substring.UTF8View {
    let found = rest.prefix { (48...57).contains($0) }
    rest = rest.dropFirst(found.count)
    return found
  }

  mutating func number(_ lengths: ClosedRange<Int>) -> Int? {
    let found = rest.prefix(lengths.upperBound).prefix { (48...57).contains($0) }
    guard lengths.contains(found.count) else { return nil }
    rest = rest.dropFirst(found.count)
    return Int(Substring(found))
  }

  /// Takes one byte that is among `set`.
  mutating func take(oneOf set: StaticString) -> Bool {
    guard let first = rest.first, set.contains(first) else { return false }
    rest.removeFirst()
    return true
  }

  /// Takes as many bytes among `set` as follow; false when there is none.
  mutating func takeRun(of set: StaticString) -> Bool {
    let count = rest.prefix { set.contains($0) }.count
    rest = rest.dropFirst(count)
    return count > 0
  }

  /// One or more `:59` or `:5` parts of a number to the base of 60.
  mutating func takeSexagesimalParts() -> Bool {
    var found = false
    while rest.first == 58, let first = rest.dropFirst().first, (48...57).contains(first) {
      let second = rest.dropFirst(2).first.map { (48...57).contains($0) } ?? false
      rest = rest.dropFirst(second && first <= 53 ? 3 : 2)
      found = true
    }
    return found
  }
}

extension StaticString {
  fileprivate func contains(_ byte: UInt8) -> Bool {
    withUTF8Buffer { $0.contains(byte) }
  }
}
