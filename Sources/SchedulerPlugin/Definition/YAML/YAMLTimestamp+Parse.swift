extension YAMLTimestamp {
  /// Reads a timestamp; nil when the text has another form.
  ///
  /// The forms are those of `yaml/constructor.py:timestamp_regexp`. With `implicit`, the stricter rule of
  /// `yaml/resolver.py` for a plain scalar holds: a date without a time needs two digits for month and day.
  /// The result may name a day that does not exist; see `isValid`.
  init?(parsing text: String, implicit: Bool) {
    var scan = ByteScan(text)
    guard let year = scan.number(4...4), scan.take("-"), let month = scan.number(1...2), scan.take("-"),
      let day = scan.number(1...2)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
    if scan.isAtEnd {
      if implicit && text.utf8.count != 10 { return nil }
      time = nil
      return
    }
    guard scan.take("T") || scan.take("t") || scan.takeBlanks(),
      let hour = scan.number(1...2), scan.take(":"), let minute = scan.number(2...2), scan.take(":"),
      let second = scan.number(2...2)
    else { return nil }
    let microsecond = scan.take(".") ? Self.microseconds(scan.digits()) : 0
    var offset: Int?
    if !scan.isAtEnd {
      _ = scan.takeBlanks()
      guard let zone = scan.zone(), scan.isAtEnd else { return nil }
      offset = zone
    }
    time = Time(hour: hour, minute: minute, second: second, microsecond: microsecond, offsetMinutes: offset)
  }

  private static func microseconds(_ digits: Substring.UTF8View) -> Int {
    var value = 0
    for place in 0..<6 {
      let digit = digits.dropFirst(place).first.map { Int($0) - 48 } ?? 0
      value = value * 10 + digit
    }
    return value
  }
}

extension ByteScan {
  /// `Z`, `+1`, `-01:30`: minutes from UTC.
  fileprivate mutating func zone() -> Int? {
    if take("Z") { return 0 }
    let negative = take("-")
    guard negative || take("+"), let hours = number(1...2) else { return nil }
    var minutes = hours * 60
    if take(":") {
      guard let part = number(2...2) else { return nil }
      minutes += part
    }
    return negative ? -minutes : minutes
  }
}
