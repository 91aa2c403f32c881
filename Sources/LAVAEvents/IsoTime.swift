internal import Glibc

/// Times as Python's `datetime.isoformat` writes them: microseconds, and none where they are zero.
enum IsoTime {
  /// - Parameters:
  ///   - microseconds: since 1970 UTC.
  ///   - offset: whether `+00:00` follows.
  static func text(_ microseconds: Int64, offset: Bool) -> String {
    var seconds = time_t(microseconds.floored(by: 1_000_000))
    let fraction = microseconds - Int64(seconds) * 1_000_000
    var parts = tm()
    gmtime_r(&seconds, &parts)
    var text =
      "\(padded(Int(parts.tm_year) + 1900, 4))-\(padded(Int(parts.tm_mon) + 1, 2))-\(padded(Int(parts.tm_mday), 2))"
    text += "T\(padded(Int(parts.tm_hour), 2)):\(padded(Int(parts.tm_min), 2)):\(padded(Int(parts.tm_sec), 2))"
    if fraction != 0 { text += ".\(padded(Int(fraction), 6))" }
    return offset ? text + "+00:00" : text
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

extension Int64 {
  fileprivate func floored(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
