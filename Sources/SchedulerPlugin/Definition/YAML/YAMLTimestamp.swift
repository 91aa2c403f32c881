/// A date, or a date with a time of day, as PyYAML's `construct_yaml_timestamp` reads them.
public struct YAMLTimestamp: Sendable, Hashable {
  /// A time of day.
  public struct Time: Sendable, Hashable {
    /// Hour of the day, 0 to 23.
    public let hour: Int
    /// Minute, 0 to 59.
    public let minute: Int
    /// Second, 0 to 59: Python knows no leap second.
    public let second: Int
    /// Microseconds, 0 to 999 999; further digits are cut off.
    public let microsecond: Int
    /// Offset from UTC in minutes, less than a day either way; nil when the text named no zone.
    public let offsetMinutes: Int?
  }

  /// Year, 1 to 9999.
  public let year: Int
  /// Month, 1 to 12.
  public let month: Int
  /// Day of the month.
  public let day: Int
  /// The time of day; nil for a plain date.
  public let time: Time?

  /// The text PyYAML dumps and `str()` gives: `2024-01-02`, `2024-01-02 03:04:05.500000+01:00`.
  public var text: String {
    let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    guard let time else { return date }
    var text = "\(date) \(padded(time.hour, 2)):\(padded(time.minute, 2)):\(padded(time.second, 2))"
    if time.microsecond != 0 { text += ".\(padded(time.microsecond, 6))" }
    if let offset = time.offsetMinutes {
      text += "\(offset < 0 ? "-" : "+")\(padded(abs(offset) / 60, 2)):\(padded(abs(offset) % 60, 2))"
    }
    return text
  }

  /// Whether the values name a day and time that exist; Python raises ValueError otherwise.
  var isValid: Bool {
    guard year >= 1, (1...12).contains(month), day >= 1, day <= Self.days(inMonth: month, of: year) else {
      return false
    }
    guard let time else { return true }
    return time.hour < 24 && time.minute < 60 && time.second < 60 && abs(time.offsetMinutes ?? 0) < 24 * 60
  }

  private static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

private func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
