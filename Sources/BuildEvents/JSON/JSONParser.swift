/// A recursive-descent reader of JSON whose recursion and work are bounded by ``Limits``.
///
/// The bytes must be valid UTF-8 (``JSONValue/parse(_:limits:)`` checks it).
struct JSONParser {
  let bytes: [UInt8]
  let end: Int
  let limits: Limits
  var position = 0
  var values = 0

  init(bytes: [UInt8], limits: Limits) {
    self.bytes = bytes
    self.end = bytes.count
    self.limits = limits
  }

  mutating func document() throws(EventRefusal) -> JSONValue {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    skipSpace()
    guard position < end else { throw EventRefusal(.malformed, "the body is empty", mend: "send a JSON object") }
    let value = try value(depth: 0)
    skipSpace()
    guard position == end else { throw malformed("something follows the end of the JSON document") }
    return value
  }

  private mutating func value(depth: Int) throws(EventRefusal) -> JSONValue {
    values += 1
    guard values <= limits.members else {
      throw EventRefusal(.tooLarge, "the body holds more than \(limits.members) values", mend: "send a smaller event")
    }
    switch peek {
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try array(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: throw malformed(position < end ? "a value was expected" : "the text ends where a value was expected")
    }
  }

  private mutating func object(depth: Int) throws(EventRefusal) -> JSONValue {
    try enter(depth)
    var members: [String: JSONValue] = [:]
    if closes(with: UInt8(ascii: "}")) { return .object(members) }
    while true {
      guard peek == UInt8(ascii: "\"") else { throw malformed("a member's name in double quotes was expected") }
      let name = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw malformed("':' was expected after a member's name") }
      skipSpace()
      members[name] = try value(depth: depth)
      skipSpace()
      if take(UInt8(ascii: "}")) { return .object(members) }
      guard take(UInt8(ascii: ",")) else { throw malformed("',' or '}' was expected after a member") }
      skipSpace()
    }
  }

  private mutating func array(depth: Int) throws(EventRefusal) -> JSONValue {
    try enter(depth)
    var elements: [JSONValue] = []
    if closes(with: UInt8(ascii: "]")) { return .array(elements) }
    while true {
      elements.append(try value(depth: depth))
      skipSpace()
      if take(UInt8(ascii: "]")) { return .array(elements) }
      guard take(UInt8(ascii: ",")) else { throw malformed("',' or ']' was expected after an element") }
      skipSpace()
    }
  }

  private mutating func enter(_ depth: Int) throws(EventRefusal) {
    guard depth <= limits.depth else {
      throw EventRefusal(
        .tooDeep, "objects and lists are nested deeper than \(limits.depth)", mend: "send a flatter event")
    }
    position += 1
    skipSpace()
  }

  private mutating func closes(with byte: UInt8) -> Bool { take(byte) }

  private mutating func word(_ text: StaticString, _ value: JSONValue) throws(EventRefusal) -> JSONValue {
    let length = text.utf8CodeUnitCount
    let matches = end - position >= length && "\(text)".utf8.elementsEqual(bytes[position..<position + length])
    guard matches else { throw malformed("a value was expected") }
    position += length
    return value
  }
}

extension JSONParser {
  /// The byte at the position, 0 at the end: no token of JSON starts with a NUL.
  var peek: UInt8 { position < end ? bytes[position] : 0 }

  mutating func take(_ byte: UInt8) -> Bool {
    guard position < end, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  mutating func skipSpace() {
    while position < end {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      position += 1
    }
  }

  func malformed(_ message: String) -> EventRefusal {
    let before = bytes[..<min(position, end)]
    let line = before.count { $0 == 0x0A } + 1
    let column = before.count - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
    return EventRefusal(
      .malformed, "the body is not JSON: \(message), line \(line) column \(column)", mend: "send one JSON object")
  }
}
