internal import BuildEvents
import Foundation

/// What the doors hold senders to: limits, where callbacks may go, and the clocks.
public struct DoorTerms: Sendable {
  let outbound: OutboundPolicy
  let senders: PlainSenders
  let limiter: RateLimiter
  /// Seconds since 1970, for signatures that carry a time.
  let now: @Sendable () -> Int64

  /// - Parameters:
  ///   - outbound: where callbacks that events ask for may go.
  ///   - senders: the limits of senders of plain records.
  ///   - now: seconds since 1970, for the replay window of signed messages; the system's clock unless given.
  ///   - uptime: a monotonic clock for rates; the system's unless given.
  public init(
    outbound: OutboundPolicy = .nothing, senders: PlainSenders = .none,
    now: (@Sendable () -> Int64)? = nil,
    uptime: (@Sendable () -> Duration)? = nil
  ) {
    self.outbound = outbound
    self.senders = senders
    self.limiter = RateLimiter(now: uptime ?? RateLimiter.uptime())
    self.now = now ?? { Int64(Date().timeIntervalSince1970) }
  }

  /// What is kept with a plain record of a LAVA user.
  ///
  /// - Throws: `notAllowed` for a source or a callback that the lab does not let him have.
  func terms(of event: BuildEvent, from user: String) throws(EventRefusal) -> EventTerms {
    let entry = senders.entry(of: user)
    let limits = entry?.limits ?? SourceLimits()
    if let refusal = limits.refusal(of: event) { throw refusal }
    return EventTerms(
      scope: limits.scope,
      callback: try order(event.callback, signer: .user(user), isSigned: entry?.callbackSecretFile != nil))
  }

  /// What is kept with an event of a source.
  ///
  /// - Throws: `notAllowed` for a callback that the lab does not let the message ask for.
  func terms(of event: BuildEvent, from source: ProducerSource) throws(EventRefusal) -> EventTerms {
    let signer = CallbackSigner.source(producer: source.producer, name: source.name)
    let asked = try order(event.callback, signer: signer, isSigned: source.callback.secretFile != nil)
    let usual = source.callback.url.map { url in
      CallbackOrder(url: url, eachJob: source.callback.eachJob, signer: signer, isByLab: true)
    }
    return EventTerms(scope: source.limits.scope, callback: asked ?? usual)
  }

  private func order(
    _ wish: CallbackWish?, signer: CallbackSigner, isSigned: Bool
  ) throws(EventRefusal) -> CallbackOrder? {
    guard let wish else { return nil }
    let url = try OutboundURL(wish.url, field: "callback.url")
    if let refusal = outbound.refusal(of: url) {
      throw EventRefusal(.notAllowed, field: "callback.url", refusal.message, mend: refusal.mend)
    }
    guard isSigned else {
      throw EventRefusal(
        .notAllowed, field: "callback", "the lab has no secret to sign callbacks of \(signer.words) with",
        mend: "the lab can write 'callback_secret_file' for it")
    }
    return CallbackOrder(url: url, eachJob: wish.eachJob, signer: signer, isByLab: false)
  }
}

/// What is kept with an event beside what it says.
struct EventTerms: Hashable, Sendable {
  var scope = EventScope()
  var callback: CallbackOrder?

  static let none = EventTerms()
}
