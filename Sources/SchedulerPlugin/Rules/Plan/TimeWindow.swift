public import Foundation

/// Hours of the week in a time zone. A window that ends before it begins goes over midnight and belongs to the day on
/// which it begins.
public struct TimeWindow: Hashable, Sendable {
  /// The days on which it begins: 1 Monday to 7 Sunday (ISO 8601).
  public let days: Set<Int>
  /// Minutes after midnight when it opens, 0 to 1439.
  public let from: Int
  /// Minutes after midnight when it closes, 1 to 1440; that minute is outside.
  public let to: Int
  /// The zone of days and minutes.
  public let zone: TimeZone

  /// A window by its parts.
  public init(days: Set<Int> = Set(1...7), from: Int, to: Int, zone: TimeZone) {
    self.days = days
    self.from = from
    self.to = to
    self.zone = zone
  }

  /// Whether it is open.
  public func isOpen(at date: Date) -> Bool {
    let (day, minute) = place(of: date)
    let before = day == 1 ? 7 : day - 1
    if from < to { return days.contains(day) && from <= minute && minute < to }
    return (days.contains(day) && minute >= from) || (days.contains(before) && minute < to)
  }

  /// When it opens next; the date itself when it is open. Where the clock is put forward over its beginning, it opens
  /// when the clock goes on. Nil when it never opens.
  public func opens(after date: Date) -> Date? {
    if isOpen(at: date) { return date }
    return days.compactMap { day in
      calendar.nextDate(
        after: date,
        matching: DateComponents(hour: from / 60, minute: from % 60, second: 0, weekday: day == 7 ? 1 : day + 1),
        matchingPolicy: .nextTime)
    }.min()
  }

  private var calendar: Calendar {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    return calendar
  }

  private func place(of date: Date) -> (day: Int, minute: Int) {
    let parts = calendar.dateComponents([.weekday, .hour, .minute], from: date)
    let weekday = parts.weekday ?? 1
    return (weekday == 1 ? 7 : weekday - 1, (parts.hour ?? 0) * 60 + (parts.minute ?? 0))
  }
}
