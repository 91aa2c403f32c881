/// How long to wait before trying again: growing pauses with a cap, spread by chance so that many clients of one server
/// do not come back all at once.
public struct Backoff: Sendable {
  /// The pause after the first failure, before it is spread. Default 100 ms.
  public var initial: Duration
  /// The longest pause, before it is spread. Default 10 s.
  public var cap: Duration
  /// Gives numbers from 0 up to, without, 1.
  public var random: @Sendable () -> Double

  /// - Parameter random: the chance; tests give their own.
  public init(
    initial: Duration = .milliseconds(100), cap: Duration = .seconds(10),
    random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
  ) {
    self.initial = initial
    self.cap = cap
    self.random = random
  }

  /// The pause after the given number of failures in a row (1 for the first): between half and all of
  /// `initial` × 2^(failures − 1), but at most of `cap`.
  public func pause(afterFailures failures: Int) -> Duration {
    var pause = min(initial, cap)
    for _ in 1..<max(2, min(failures, 64)) where failures > 1 {
      if pause >= cap { break }
      pause = min(pause * 2, cap)
    }
    return pause * (0.5 + random() / 2)
  }
}
