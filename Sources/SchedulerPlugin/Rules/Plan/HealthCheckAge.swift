public import BoardInventory

/// How long ago a board's last health check must have passed.
public enum HealthCheckAge: Hashable, Sendable {
  /// It passed, so many seconds ago at most.
  case within(Int)
  /// It passed longer ago than so many seconds, or did not pass, or LAVA has none.
  case over(Int)

  /// Whether a board's last health check is so; nil for a board without one.
  ///
  /// - Parameter now: in seconds since 1970.
  public func fits(_ check: HealthCheck?, at now: Double) -> Bool {
    func isFresh(_ seconds: Int) -> Bool {
      guard let check, check.hasPassed, let ended = check.endedAt else { return false }
      return now - ended <= Double(seconds)
    }
    return switch self {
    case .within(let seconds): isFresh(seconds)
    case .over(let seconds): !isFresh(seconds)
    }
  }

  /// What is asked for, in words.
  var words: String {
    switch self {
    case .within(let seconds): "boards whose health check passed within \(Self.length(seconds))"
    case .over(let seconds): "boards whose health check passed more than \(Self.length(seconds)) ago, or never"
    }
  }

  /// What a board has. Without the time, so that a decision keeps one text for all boards that fare alike.
  static func words(of check: HealthCheck?) -> String {
    guard let check else { return "LAVA has no health check of this one" }
    return check.hasPassed ? "this one's passed at another time" : "this one's did not pass"
  }

  private static func length(_ seconds: Int) -> String {
    for (unit, name) in [(86_400, "days"), (3_600, "hours")] where seconds % unit == 0 && seconds > unit {
      return "\(seconds / unit) \(name)"
    }
    return "\(seconds / 60) minutes"
  }
}
