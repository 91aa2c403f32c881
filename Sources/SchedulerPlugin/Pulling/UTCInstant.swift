/// A moment to the millisecond, UTC: producers write theirs in many ways, often without a zone.
struct UTCInstant: Hashable, Comparable, Sendable {
  /// Since 1970-01-01 00:00.
  var milliseconds: Int64

  init(milliseconds: Int64) { self.milliseconds = milliseconds }

  static func < (left: UTCInstant, right: UTCInstant) -> Bool { left.milliseconds < right.milliseconds }

  static func - (instant: UTCInstant, duration: Duration) -> UTCInstant {
    UTCInstant(milliseconds: instant.milliseconds - Int64(duration / .milliseconds(1)))
  }

  /// A day, or a day and a time, as RFC 3339 and what comes near it write them: `2026-01-01`, `2026-01-01 01:30`,
  /// `2026-01-01T01:30:00.123456+00:00`. Without a zone it is UTC. Nil for everything else.
  init?(_ text: String) {
    guard text.utf8.count <= 40 else { return nil }
    var rest = Array(text.utf8)[...]
    guard let year = Self.number(&rest, 4), Self.take("-", &rest), let month = Self.number(&rest, 2),
      Self.take("-", &rest), let day = Self.number(&rest, 2), let days = Self.days(year, month, day)
    else { return nil }
    var milliseconds = days * 86_400_000
    if !rest.isEmpty {
      guard Self.take("T", &rest) || Self.take("t", &rest) || Self.take(" ", &rest),
        let hour = Self.number(&rest, 2), hour < 24, Self.take(":", &rest), let minute = Self.number(&rest, 2),
        minute < 60
      else { return nil }
      milliseconds += (hour * 60 + minute) * 60_000
      if Self.take(":", &rest) {
        guard let second = Self.number(&rest, 2), second <= 60 else { return nil }
        milliseconds += second * 1000
        if Self.take(".", &rest) {
          let digits = rest.prefix { (0x30...0x39).contains($0) }
          guard !digits.isEmpty else { return nil }
          rest = rest.dropFirst(digits.count)
          var weight: Int64 = 100
          for digit in digits.prefix(3) {
            milliseconds += Int64(digit - 0x30) * weight
            weight /= 10
          }
        }
      }
      guard let zone = Self.zone(rest) else { return nil }
      milliseconds -= zone * 60_000
    }
    self.milliseconds = milliseconds
  }

  /// The time of an HTTP header (RFC 9110, section 5.6.7), also with a name of the day in another language or none, and
  /// `08-Feb-2011 09:30` of nginx's listings.
  init?(httpDate text: String) {
    let after = text.firstIndex(of: ",").map { text[text.index(after: $0)...] } ?? text[...]
    let parts = after.split { " -".contains($0) }.map(String.init)
    let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    guard parts.count >= 4, let day = Int(parts[0]), let month = months.firstIndex(of: parts[1].lowercased()),
      parts[2].utf8.count == 4
    else { return nil }
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    self.init("\(parts[2])-\(two(month + 1))-\(two(day))T\(parts[3])Z")
  }

  /// As RFC 3339 without a zone, which KernelCI's API takes: `2026-01-01T01:30:00.000`.
  var withoutZone: String {
    let (days, rest) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
    let (day, time) = rest < 0 ? (days - 1, rest + 86_400_000) : (days, rest)
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let date = [
      Self.padded(yearOfEra + era * 400 + (month >= 10 ? 1 : 0), 4),
      Self.padded(month < 10 ? month + 3 : month - 9, 2), Self.padded(dayOfYear - (153 * month + 2) / 5 + 1, 2),
    ].joined(separator: "-")
    let clock = [time / 3_600_000, time / 60_000 % 60, time / 1000 % 60].map { Self.padded($0, 2) }
    return date + "T" + clock.joined(separator: ":") + "." + Self.padded(time % 1000, 3)
  }

  private static func padded(_ number: Int64, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }

  private static func take(_ character: Character, _ rest: inout ArraySlice<UInt8>) -> Bool {
    guard let first = rest.first, first == character.asciiValue else { return false }
    rest.removeFirst()
    return true
  }

  private static func number(_ rest: inout ArraySlice<UInt8>, _ digits: Int) -> Int64? {
    let part = rest.prefix(digits)
    guard part.count == digits, part.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    rest = rest.dropFirst(digits)
    return part.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
  }

  /// Minutes east of UTC; 0 for none. Nil for what is no zone.
  private static func zone(_ bytes: ArraySlice<UInt8>) -> Int64? {
    let word = String(decoding: bytes, as: UTF8.self)
    if ["", "Z", "z", " UTC", " GMT"].contains(word) { return 0 }
    var rest = bytes
    guard let sign = rest.popFirst(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
      let hours = number(&rest, 2), hours < 24
    else { return nil }
    _ = take(":", &rest)
    guard let minutes = number(&rest, 2), minutes < 60, rest.isEmpty else { return nil }
    return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
  }

  /// Days since 1970-01-01; nil for a day no calendar has.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64? {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard year >= 1970, 1...12 ~= month, day >= 1, day <= lengths[Int(month) - 1] else { return nil }
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
