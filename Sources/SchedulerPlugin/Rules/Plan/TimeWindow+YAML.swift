internal import BoardInventory
internal import Foundation
internal import Matcher

extension TimeWindow {
  private static let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

  /// Reads one of a rule's `windows`. Throws `FileMistake` with file and line.
  init(_ yaml: FileMapping, _ zone: TimeZone) throws(FileMistake) {
    try yaml.refuseKeys(otherThan: ["days", "from", "to"])
    var days = Set(1...7)
    if let words = try yaml.strings("days") {
      days = []
      for word in words {
        guard let index = Self.names.firstIndex(of: word.lowercased()) else {
          throw yaml.mistake("days", "'\(word)' is no day", mend: "the days are \(Self.names.joined(separator: ", "))")
        }
        days.insert(index + 1)
      }
      guard !days.isEmpty else {
        throw yaml.mistake("days", "'days' is an empty list", mend: "name days, or leave it out")
      }
    }
    let from = try Self.minutes(yaml, "from", 0...1439)
    let to = try Self.minutes(yaml, "to", 1...1440)
    guard from != to else {
      throw yaml.mistake(
        "to", "the window is empty: it ends when it begins", mend: "for the whole day use 00:00 to 24:00")
    }
    self.init(days: days, from: from, to: to, zone: zone)
  }

  private static func minutes(
    _ yaml: FileMapping, _ key: String, _ range: ClosedRange<Int>
  ) throws(FileMistake) -> Int {
    let text = try yaml.requiredString(key, mend: "write a time of day as \"20:00\"")
    guard let match = text.wholeMatch(of: /([0-9]{1,2}):([0-5][0-9])/), let hour = Int(match.output.1),
      let minute = Int(match.output.2), range.contains(hour * 60 + minute)
    else {
      throw yaml.mistake(key, "'\(text)' is no time of day", mend: "write it as \"20:00\", with quotes")
    }
    return hour * 60 + minute
  }
}

/// The name of a time zone that was probably meant.
enum NearestZone {
  static func to(_ word: String) -> String? {
    let known = TimeZone.knownTimeZoneIdentifiers
    let city = known.first { $0.split(separator: "/").last?.lowercased() == word.lowercased() }
    return city ?? NearestName.to(word, among: known)
  }
}
