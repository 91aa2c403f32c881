extension JSONParser {
  mutating func number() throws(EventRefusal) -> JSONValue {
    let start = position
    var isWhole = true
    _ = take(UInt8(ascii: "-"))
    let firstDigit = position
    guard digits() > 0 else { throw malformed("a digit was expected") }
    if bytes[firstDigit] == UInt8(ascii: "0"), position - firstDigit > 1 {
      position = firstDigit
      throw malformed("a number may not begin with 0")
    }
    if take(UInt8(ascii: ".")) {
      isWhole = false
      guard digits() > 0 else { throw malformed("a digit was expected after '.'") }
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isWhole = false
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      guard digits() > 0 else { throw malformed("a digit was expected in the exponent") }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isWhole, let number = Int64(text) { return .int(number) }
    guard let number = Double(text), number.isFinite else {
      throw EventRefusal(.invalid, "a number is too large to be read", mend: "send huge numbers as strings")
    }
    return .double(number)
  }

  private mutating func digits() -> Int {
    let start = position
    while position < end, bytes[position] >= UInt8(ascii: "0"), bytes[position] <= UInt8(ascii: "9") { position += 1 }
    return position - start
  }

  /// Reads a string whose opening quote is at the position.
  mutating func string() throws(EventRefusal) -> String {
    position += 1
    var start = position
    var text: [UInt8] = []
    while position < end {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        let tail = bytes[start..<position]
        position += 1
        // Most strings have no escape and are taken in one piece.
        return text.isEmpty ? String(decoding: tail, as: UTF8.self) : String(decoding: text + tail, as: UTF8.self)
      }
      if byte == UInt8(ascii: "\\") {
        text += bytes[start..<position]
        position += 1
        text += String(try escape()).utf8
        start = position
        continue
      }
      guard byte >= 0x20 else { throw malformed("a control character stands unescaped in a string") }
      position += 1
    }
    throw malformed("the text ends within a string")
  }

  private mutating func escape() throws(EventRefusal) -> Unicode.Scalar {
    let byte = peek
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{08}"
    case UInt8(ascii: "f"): return "\u{0C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default:
      position -= 1
      throw malformed("an unknown escape stands in a string")
    }
  }

  private mutating func unicodeEscape() throws(EventRefusal) -> Unicode.Scalar {
    let first = try codeUnit()
    if first == 0 {
      throw EventRefusal(
        .invalid, "a string holds the character U+0000, which cannot be stored", mend: "leave U+0000 out")
    }
    if let scalar = Unicode.Scalar(first) { return scalar }
    // A high surrogate must be followed by the escape of a low one.
    guard first < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw loneSurrogate() }
    let second = try codeUnit()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw loneSurrogate() }
    return scalar
  }

  private func loneSurrogate() -> EventRefusal { malformed("a string holds half of a surrogate pair") }

  private mutating func codeUnit() throws(EventRefusal) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard position < end, let digit = Self.hexDigit(bytes[position]) else {
        throw malformed("four hexadecimal digits were expected after '\\u'")
      }
      unit = unit << 4 | UInt32(digit)
      position += 1
    }
    return unit
  }

  /// The value of a hexadecimal digit in either case.
  static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
