extension PostgresRow {
  /// A one-dimensional array of any type, each element as text (`text[]`, `varchar[]`, an array of enums …).
  ///
  /// NULL among the elements is refused: ask for `array_remove(…, null)` or `coalesce` in the statement.
  public func stringArray(_ column: PostgresColumn) throws(PostgresError) -> [String] {
    try required(column, as: "an array without NULL", \.elements)
  }

  /// As ``stringArray(_:)``; nil if the whole array is NULL.
  public func optionalStringArray(_ column: PostgresColumn) throws(PostgresError) -> [String]? {
    try optional(column, as: "an array without NULL", \.elements)
  }

  /// A one-dimensional array of integers of any width.
  public func intArray(_ column: PostgresColumn) throws(PostgresError) -> [Int] {
    try required(column, as: "an array of integers", \.integers)
  }

  /// As ``intArray(_:)``; nil if the whole array is NULL.
  public func optionalIntArray(_ column: PostgresColumn) throws(PostgresError) -> [Int]? {
    try optional(column, as: "an array of integers", \.integers)
  }
}

extension PostgresRow.Cell {
  /// The text of anything that is written with braces. Types of arrays are many, so the text decides.
  var elements: [String]? { parseArray(text) }

  var integers: [Int]? {
    guard let elements else { return nil }
    let numbers = elements.compactMap { Int($0) }
    return numbers.count == elements.count ? numbers : nil
  }
}

/// Reads `{a,"b c","say \"x\""}` (manual 8.15.6). Nil for nested arrays, NULL elements and anything malformed.
func parseArray(_ text: UnsafeRawBufferPointer) -> [String]? {
  let quote = UInt8(ascii: "\"")
  let backslash = UInt8(ascii: "\\")
  guard text.count >= 2, text.first == UInt8(ascii: "{"), text.last == UInt8(ascii: "}") else { return nil }
  let inner = text[1..<text.count - 1]
  if inner.isEmpty { return [] }
  var elements: [String] = []
  var position = inner.startIndex
  while true {
    var element: [UInt8] = []
    if position < inner.endIndex, inner[position] == quote {
      position += 1
      while position < inner.endIndex, inner[position] != quote {
        if inner[position] == backslash { position += 1 }
        if position < inner.endIndex { element.append(inner[position]) }
        position += 1
      }
      guard position < inner.endIndex else { return nil }
      position += 1
    } else {
      while position < inner.endIndex, inner[position] != UInt8(ascii: ",") {
        if inner[position] == backslash { position += 1 }
        guard position < inner.endIndex, inner[position] != UInt8(ascii: "{") else { return nil }
        element.append(inner[position])
        position += 1
      }
      if element.elementsEqual("NULL".utf8) { return nil }
    }
    elements.append(String(decoding: element, as: UTF8.self))
    if position == inner.endIndex { return elements }
    guard inner[position] == UInt8(ascii: ",") else { return nil }
    position += 1
  }
}
