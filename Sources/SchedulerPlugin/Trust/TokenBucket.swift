internal import Synchronization

/// How many messages may still come: refills evenly, holds as many as the rate's count. Pure: the time is a parameter.
struct TokenBucket: Hashable, Sendable {
  private var tokens: Double
  private var at: Duration

  /// A full one.
  init(_ rate: MessageRate, at now: Duration) {
    tokens = Double(rate.count)
    at = now
  }

  /// Takes so many; nil when they were there, else how long until they will be, and none is taken. More than the bucket
  /// holds count as a bucketful: a batch that can never pass would be no limit but a riddle.
  mutating func take(_ wanted: Int, _ rate: MessageRate, at now: Duration) -> Duration? {
    let perSecond = Double(rate.count) / (rate.period / .seconds(1))
    // A clock that stands still or a rate that was changed meanwhile gives nothing for nothing.
    tokens = min(Double(rate.count), tokens + max(0, (now - at) / .seconds(1)) * perSecond)
    at = max(at, now)
    let needed = Double(min(wanted, rate.count))
    // Sums of small parts may lack the last bit.
    guard tokens + 1e-9 < needed else {
      tokens -= needed
      return nil
    }
    return .seconds((needed - tokens) / perSecond)
  }
}

/// The buckets of one process, by whom they are of. Two processes let twice as many in.
final class RateLimiter: Sendable {
  private let buckets = Mutex<[String: TokenBucket]>([:])
  private let now: @Sendable () -> Duration

  /// - Parameter now: a monotonic clock: the time since any fixed moment.
  init(now: @escaping @Sendable () -> Duration = RateLimiter.uptime()) { self.now = now }

  /// The time since this was called.
  static func uptime() -> @Sendable () -> Duration {
    let start = ContinuousClock.now
    return { start.duration(to: .now) }
  }

  /// Takes so many messages of somebody.
  ///
  /// - Throws: `TooOften` when they are not to be had now.
  func take(_ count: Int, of who: String, _ rate: MessageRate?) throws(TooOften) {
    guard let rate else { return }
    let now = now()
    let wait = buckets.withLock { $0[who, default: TokenBucket(rate, at: now)].take(count, rate, at: now) }
    if let wait { throw TooOften(who: who, rate: rate, wait: wait) }
  }
}

/// More messages than the limits let in.
struct TooOften: Error, Hashable, Sendable {
  let who: String
  let rate: MessageRate
  let wait: Duration

  /// Whole seconds, at least one, as `Retry-After` wants them.
  var seconds: Int { max(1, Int((wait / .seconds(1)).rounded(.up))) }
}
