internal import PostgresClient

/// What is to become of a callback after an attempt. Pure.
enum CallbackVerdict: Hashable, Sendable {
  case sent
  /// Try again after a pause.
  case again(String, after: Duration)
  case givenUp(String)

  /// How an attempt ended.
  enum Outcome: Hashable, Sendable {
    /// The receiver answered; `retryAfter` in seconds, if it said so.
    case answered(status: Int, retryAfter: Int?)
    case failed(OutboundFailure)
    /// The secret's file cannot be read, or names none.
    case noSecret
    /// The event is being decided again.
    case notOver
    /// Its sender sees nothing of it any more.
    case hidden
  }

  /// - Parameters:
  ///   - attempts: how many there were, this one included.
  ///   - isOld: whether a day is over.
  ///   - patience: the pauses.
  init(_ outcome: Outcome, attempts: Int, isOld: Bool, patience: Backoff) {
    let pause = patience.pause(afterFailures: attempts)
    switch outcome {
    case .answered(let status, _) where (200..<300).contains(status): self = .sent
    // Not followed: it could lead anywhere, and a receiver that moved must be told of anew.
    case .answered(let status, _) where (300..<400).contains(status):
      self = .givenUp("the receiver answers HTTP \(status), a redirect, which is not followed")
    case .answered(410, _): self = .givenUp("the receiver answers HTTP 410: it is gone")
    case .answered(let status, let after):
      let wished = Duration.seconds(min(after ?? 0, 3600))
      self = Self.later("the receiver answers HTTP \(status)", isOld, max(pause, wished))
    case .failed(let failure) where failure.mayPass: self = Self.later("\(failure)", isOld, pause)
    case .failed(let failure): self = .givenUp("\(failure)")
    case .noSecret: self = Self.later("the secret that signs it cannot be read", isOld, pause)
    case .notOver: self = .again("the event is being decided again", after: .seconds(5))
    case .hidden: self = .givenUp("LAVA shows the event's sender nothing of it any more")
    }
  }

  private static func later(_ why: String, _ isOld: Bool, _ pause: Duration) -> CallbackVerdict {
    isOld ? .givenUp("\(why), for a day") : .again(why, after: pause)
  }
}
