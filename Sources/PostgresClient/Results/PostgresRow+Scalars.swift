extension PostgresRow {
  /// The text of a column of any type, as PostgreSQL writes it.
  public func string(_ column: PostgresColumn) throws(PostgresError) -> String {
    try required(column, as: "text", \.string)
  }

  /// The text of a column of any type; nil for NULL.
  public func optionalString(_ column: PostgresColumn) throws(PostgresError) -> String? {
    try optional(column, as: "text", \.string)
  }

  /// A `smallint`, `integer`, `bigint` or `oid`. Cast `numeric` (what `sum(bigint)` gives) in the statement.
  public func int(_ column: PostgresColumn) throws(PostgresError) -> Int {
    try required(column, as: "an integer", \.integer)
  }

  /// As ``int(_:)``; nil for NULL.
  public func optionalInt(_ column: PostgresColumn) throws(PostgresError) -> Int? {
    try optional(column, as: "an integer", \.integer)
  }

  /// A `boolean`.
  public func bool(_ column: PostgresColumn) throws(PostgresError) -> Bool {
    try required(column, as: "a boolean", \.boolean)
  }

  /// A `boolean`; nil for NULL.
  public func optionalBool(_ column: PostgresColumn) throws(PostgresError) -> Bool? {
    try optional(column, as: "a boolean", \.boolean)
  }

  /// A `real`, `double precision`, `numeric` or integer, to the nearest double.
  public func double(_ column: PostgresColumn) throws(PostgresError) -> Double {
    try required(column, as: "a number", \.double)
  }

  /// As ``double(_:)``; nil for NULL.
  public func optionalDouble(_ column: PostgresColumn) throws(PostgresError) -> Double? {
    try optional(column, as: "a number", \.double)
  }

  /// A `bytea`.
  public func bytes(_ column: PostgresColumn) throws(PostgresError) -> [UInt8] {
    try required(column, as: "bytes", \.bytes)
  }

  /// A `bytea`; nil for NULL.
  public func optionalBytes(_ column: PostgresColumn) throws(PostgresError) -> [UInt8]? {
    try optional(column, as: "bytes", \.bytes)
  }

  /// The text of a `json` or `jsonb`.
  public func json(_ column: PostgresColumn) throws(PostgresError) -> String {
    try required(column, as: "JSON", \.json)
  }

  /// The text of a `json` or `jsonb`; nil for NULL.
  public func optionalJSON(_ column: PostgresColumn) throws(PostgresError) -> String? {
    try optional(column, as: "JSON", \.json)
  }
}

extension PostgresRow.Cell {
  var integer: Int? {
    switch type {
    case PostgresType.int4, PostgresType.int8, PostgresType.int2, PostgresType.oid: parseInteger(text)
    default: nil
    }
  }

  var boolean: Bool? {
    guard type == PostgresType.bool, text.count == 1 else { return nil }
    return text[0] == UInt8(ascii: "t")
  }

  var double: Double? {
    switch type {
    case PostgresType.float8, PostgresType.float4, PostgresType.numeric, PostgresType.int2, PostgresType.int4,
      PostgresType.int8:
      Double(string)  // takes PostgreSQL's "Infinity" and "NaN" too
    default: nil
    }
  }

  var json: String? {
    type == PostgresType.jsonb || type == PostgresType.json ? string : nil
  }

  /// `bytea_output = hex`, which every connection of ours sets: `\x` and two digits per byte.
  var bytes: [UInt8]? {
    guard type == PostgresType.bytea, text.count >= 2, text.count.isMultiple(of: 2),
      text[0] == UInt8(ascii: "\\"), text[1] == UInt8(ascii: "x")
    else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 2 - 1)
    for position in stride(from: 2, to: text.count, by: 2) {
      guard let high = hexDigit(text[position]), let low = hexDigit(text[position + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}

private func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  default: nil
  }
}

/// A decimal integer without making a `String` of it first: the inventory reads hundreds of thousands.
func parseInteger(_ text: UnsafeRawBufferPointer) -> Int? {
  var rest = text[...]
  let negative = rest.first == UInt8(ascii: "-")
  if negative { rest = rest.dropFirst() }
  if rest.isEmpty { return nil }
  var value = 0
  for byte in rest {
    guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
    let (product, overflow) = value.multipliedReportingOverflow(by: 10)
    let digit = Int(byte - UInt8(ascii: "0"))
    let (next, carry) = negative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
    if overflow || carry { return nil }
    value = next
  }
  return value
}
