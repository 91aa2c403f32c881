/// RFC 3339's date-time, checked without a calendar library: a stored text is never parsed again by anyone's locale.
enum Timestamp {
  /// Whether the text is a date-time of RFC 3339, section 5.6, with a day that the month has.
  static func isValid(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.count <= 64 else { return false }
    func number(_ range: Range<Int>) -> Int? {
      guard range.upperBound <= bytes.count else { return nil }
      var result = 0
      for byte in bytes[range] {
        guard (0x30...0x39).contains(byte) else { return nil }
        result = result * 10 + Int(byte - 0x30)
      }
      return result
    }
    func has(_ characters: String, at index: Int) -> Bool {
      index < bytes.count && characters.utf8.contains(bytes[index])
    }
    guard let year = number(0..<4), has("-", at: 4), let month = number(5..<7), has("-", at: 7),
      let day = number(8..<10), has("Tt ", at: 10), let hour = number(11..<13), has(":", at: 13),
      let minute = number(14..<16), has(":", at: 16), let second = number(17..<19)
    else { return false }
    guard (1...12).contains(month), (1...days(in: month, of: year)).contains(day), hour < 24, minute < 60, second <= 60
    else { return false }
    var index = 19
    if has(".", at: index) {
      let first = index + 1
      index = bytes[first...].firstIndex { !(0x30...0x39).contains($0) } ?? bytes.count
      guard index > first else { return false }
    }
    if has("Zz", at: index) { return index + 1 == bytes.count }
    guard has("+-", at: index), let offsetHour = number(index + 1..<index + 3), has(":", at: index + 3),
      let offsetMinute = number(index + 4..<index + 6)
    else { return false }
    return offsetHour < 24 && offsetMinute < 60 && index + 6 == bytes.count
  }

  private static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

extension FieldReader {
  /// An RFC 3339 date-time, as given.
  func timestamp(_ field: String) throws(EventRefusal) -> String? {
    guard let text = try text(field, maximum: 256) else { return nil }
    guard Timestamp.isValid(text) else {
      throw invalid(
        field, "\(Redaction.quoted(text)) is no RFC 3339 time", mend: "send a time such as 2026-01-01T01:30:00Z")
    }
    return text
  }
}
