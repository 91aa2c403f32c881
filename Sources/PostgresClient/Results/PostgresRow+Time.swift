extension PostgresRow {
  /// A timestamp as microseconds since 2000-01-01 00:00:00 UTC, the counting of ``PostgresValue/timestamp(_:)``.
  ///
  /// `infinity` is `Int64.max`, `-infinity` is `Int64.min`, as in PostgreSQL itself. A `timestamp without time zone` is
  /// taken as UTC.
  public func timestampMicroseconds(_ column: PostgresColumn) throws(PostgresError) -> Int64 {
    try required(column, as: "a timestamp", \.timestamp)
  }

  /// As ``timestampMicroseconds(_:)``; nil for NULL.
  public func optionalTimestampMicroseconds(_ column: PostgresColumn) throws(PostgresError) -> Int64? {
    try optional(column, as: "a timestamp", \.timestamp)
  }

  /// A timestamp as seconds since 1970-01-01 00:00:00 UTC, with about a microsecond of precision in this century.
  public func unixSeconds(_ column: PostgresColumn) throws(PostgresError) -> Double {
    Self.unixSeconds(try timestampMicroseconds(column))
  }

  /// As ``unixSeconds(_:)``; nil for NULL.
  public func optionalUnixSeconds(_ column: PostgresColumn) throws(PostgresError) -> Double? {
    try optionalTimestampMicroseconds(column).map(Self.unixSeconds)
  }

  private static func unixSeconds(_ microseconds: Int64) -> Double {
    switch microseconds {
    case .max: .infinity
    case .min: -.infinity
    default: Double(microseconds) / 1_000_000 + Double(PostgresValue.unixSecondsAtEpoch)
    }
  }
}

extension PostgresRow.Cell {
  var timestamp: Int64? {
    switch type {
    case PostgresType.timestamptz, PostgresType.timestamp: parseTimestamp(string)
    default: nil
    }
  }
}

/// Reads PostgreSQL's ISO style, `2026-11-19 08:30:00.25+00`, with `BC` and infinities (manual 8.5.2).
func parseTimestamp(_ text: String) -> Int64? {
  if text == "infinity" { return .max }
  if text == "-infinity" { return .min }
  var scanner = DigitScanner(text.utf8[...])
  guard let writtenYear = scanner.number(), scanner.skip("-"),
    let month = scanner.number(), scanner.skip("-"),
    let day = scanner.number(), scanner.skip(" "),
    let hour = scanner.number(), scanner.skip(":"),
    let minute = scanner.number(), scanner.skip(":"),
    let second = scanner.number()
  else { return nil }
  var microsecond: Int64 = 0
  if scanner.skip(".") {
    guard let fraction = scanner.fraction(digits: 6) else { return nil }
    microsecond = fraction
  }
  var offset: Int64 = 0
  let east = scanner.skip("+")
  if east || scanner.skip("-") {
    guard let hours = scanner.number() else { return nil }
    offset = hours * 3600
    if scanner.skip(":") { offset += (scanner.number() ?? 0) * 60 }
    if scanner.skip(":") { offset += scanner.number() ?? 0 }
    if !east { offset = -offset }
  }
  let year = scanner.skip(" BC") ? 1 - writtenYear : writtenYear
  guard scanner.isAtEnd else { return nil }
  let seconds =
    daysSince1970(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second - offset
    - PostgresValue.unixSecondsAtEpoch
  return seconds * 1_000_000 + microsecond
}

/// Days of the proleptic Gregorian calendar, which PostgreSQL uses throughout. Counts years from March, so that the leap
/// day is the last of its year.
private func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
  let shifted = month <= 2 ? year - 1 : year
  let era = (shifted >= 0 ? shifted : shifted - 399) / 400
  let yearOfEra = shifted - era * 400
  let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
  let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

private struct DigitScanner {
  private var rest: Substring.UTF8View

  init(_ text: Substring.UTF8View) { rest = text }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip(_ text: StaticString) -> Bool {
    let matches = text.withUTF8Buffer { rest.starts(with: $0) }
    if matches { rest = rest.dropFirst(text.utf8CodeUnitCount) }
    return matches
  }

  /// Up to nine digits: more than any field of a timestamp has, and no overflow later.
  mutating func number() -> Int64? {
    var value: Int64?
    var digits = 0
    while digits < 9, let digit = nextDigit() {
      value = (value ?? 0) * 10 + digit
      digits += 1
    }
    return value
  }

  mutating func fraction(digits: Int) -> Int64? {
    var value: Int64 = 0
    var read = 0
    while let digit = nextDigit() {
      if read < digits { value = value * 10 + digit }
      read += 1
    }
    if read == 0 { return nil }
    for _ in 0..<max(0, digits - read) { value *= 10 }
    return value
  }

  private mutating func nextDigit() -> Int64? {
    guard let byte = rest.first, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
    rest = rest.dropFirst()
    return Int64(byte - UInt8(ascii: "0"))
  }
}
