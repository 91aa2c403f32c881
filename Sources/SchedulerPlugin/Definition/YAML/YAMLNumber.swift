/// Numbers as PyYAML's `construct_yaml_int` and `construct_yaml_float` compute them.
enum YAMLNumber {
  /// The longest integer text that is read. Python itself refuses more than 4300 decimal digits.
  static let digitLimit = 1000

  /// The integer a scalar of type int means; nil when Python's `int()` would raise ValueError.
  static func int(_ text: String) -> YAMLValue? {
    guard text.utf8.count <= digitLimit else { return nil }
    var digits = text.filter { $0 != "_" }
    let negative = digits.hasPrefix("-")
    if negative || digits.hasPrefix("+") { digits.removeFirst() }
    guard !digits.isEmpty else { return nil }
    var number = Decimal()
    if digits.hasPrefix("0b") {
      guard number.append(digits.dropFirst(2), base: 2) else { return nil }
    } else if digits.hasPrefix("0x") {
      guard number.append(digits.dropFirst(2), base: 16) else { return nil }
    } else if digits.hasPrefix("0") {
      guard number.append(digits[...], base: 8) else { return nil }
    } else if digits.contains(":") {
      for part in digits.split(separator: ":", omittingEmptySubsequences: false) {
        // Python takes a first part of any length; one beyond 32 bits is no duration anybody means.
        guard let value = UInt32(part) else { return nil }
        number.multiply(by: 60, adding: value)
      }
    } else {
      guard number.append(digits[...], base: 10) else { return nil }
    }
    return number.value(negative: negative)
  }

  /// The float a scalar of type float means; nil when Python's `float()` would raise ValueError.
  static func float(_ text: String) -> Double? {
    var digits = text.filter { $0 != "_" }.lowercased()
    let sign: Double = digits.hasPrefix("-") ? -1 : 1
    if digits.hasPrefix("-") || digits.hasPrefix("+") { digits.removeFirst() }
    switch digits {
    case ".inf": return sign * .infinity
    case ".nan": return .nan
    default: break
    }
    guard digits.contains(":") else { return plain(digits[...]).map { sign * $0 } }
    var value = 0.0
    var base = 1.0
    for part in digits.split(separator: ":", omittingEmptySubsequences: false).reversed() {
      guard let digit = plain(part) else { return nil }
      value += digit * base
      base *= 60
    }
    return sign * value
  }

  private static func plain(_ digits: Substring) -> Double? {
    guard !digits.isEmpty, digits.utf8.count <= digitLimit,
      digits.utf8.allSatisfy({ "0123456789.e+-".utf8.contains($0) })
    else { return nil }
    return Double(digits)
  }
}

/// A non-negative integer without bound, just able to grow digit by digit and to print itself.
private struct Decimal {
  /// Groups of nine decimal digits, the lowest first.
  private var groups: [UInt32] = []

  mutating func multiply(by factor: UInt32, adding addend: UInt32) {
    var carry = UInt64(addend)
    for place in groups.indices {
      let product = UInt64(groups[place]) * UInt64(factor) + carry
      groups[place] = UInt32(product % 1_000_000_000)
      carry = product / 1_000_000_000
    }
    while carry > 0 {
      groups.append(UInt32(carry % 1_000_000_000))
      carry /= 1_000_000_000
    }
  }

  /// False when there is no digit or one that the base does not have.
  mutating func append(_ digits: Substring, base: Int) -> Bool {
    guard !digits.isEmpty else { return false }
    for character in digits {
      guard let digit = character.hexDigitValue, digit < base, character.isASCII else { return false }
      multiply(by: UInt32(base), adding: UInt32(digit))
    }
    return true
  }

  func value(negative: Bool) -> YAMLValue {
    guard let top = groups.last else { return .int(0) }
    let lower = groups.dropLast().reversed().map { group in
      let digits = String(group)
      return String(repeating: "0", count: 9 - digits.count) + digits
    }
    let text = (negative ? "-" : "") + String(top) + lower.joined()
    return Int64(text).map(YAMLValue.int) ?? .bigInt(text)
  }
}
