internal import BuildEvents

/// Asks other servers, and only those the policy allows: every name is resolved here, every address checked, and the
/// connection goes to the checked address, so no name can lead elsewhere in between (DNS rebinding). The host's name stays
/// in `Host` and in TLS. Proxies of the environment are not used: they would resolve names themselves.
public struct OutboundClient: Sendable {
  /// Where requests may go.
  public var policy: OutboundPolicy
  /// What an answer may cost.
  public var limits: OutboundLimits
  let resolver: AddressResolver

  /// A client that asks the system for addresses.
  public init(policy: OutboundPolicy, limits: OutboundLimits = OutboundLimits()) {
    self.init(policy: policy, limits: limits, resolver: .system)
  }

  init(policy: OutboundPolicy, limits: OutboundLimits, resolver: AddressResolver) {
    self.policy = policy
    self.limits = limits
    self.resolver = resolver
  }

  /// The answer, whatever its status. A POST's redirect is an answer, a GET's is followed after the same checks.
  ///
  /// - Throws: `OutboundFailure`, and `CancellationError`.
  public func send(_ request: OutboundRequest) async throws -> OutboundAnswer {
    try await withThrowingTaskGroup(of: OutboundAnswer?.self) { group in
      group.addTask { try await follow(request) }
      group.addTask {
        try await Task.sleep(for: limits.total)
        return nil
      }
      defer { group.cancelAll() }
      guard let answer = try await group.next() ?? nil else { throw OutboundFailure.timedOut(limits.total) }
      return answer
    }
  }

  private func follow(_ first: OutboundRequest) async throws -> OutboundAnswer {
    var request = first
    for _ in 0...limits.redirects {
      let answer = try await once(request)
      guard request.method == .get, [301, 302, 303, 307, 308].contains(answer.status),
        let location = answer.headers["location"]
      else { return answer }
      let next: OutboundURL
      do throws(EventRefusal) {
        next = try request.url.redirected(to: location)
      } catch {
        throw OutboundFailure.refused(OutboundRefusal(.url, "a redirect of \(request.url.origin): \(error.message)"))
      }
      guard next.isSecure || !request.url.isSecure else {
        throw OutboundFailure.refused(
          OutboundRefusal(.downgrade, "\(request.url.origin) redirects from https to http"))
      }
      request = request.redirected(to: next)
    }
    throw OutboundFailure.tooManyRedirects(limits.redirects)
  }

  private func once(_ request: OutboundRequest) async throws -> OutboundAnswer {
    let addresses = try await addresses(of: request.url)
    var trouble = "no address is left"
    for address in addresses {
      let attempt = OutboundAttempt(request: request, address: address, limits: limits)
      switch try await attempt.run() {
      case .answer(let answer): return answer
      // Nothing was sent, so another address of the same host can be tried, also with a POST.
      case .noConnection(let words): trouble = words
      }
    }
    throw OutboundFailure.unreachable(trouble)
  }

  /// The addresses that may be connected to, three at most. Others of the same name are left alone.
  private func addresses(of url: OutboundURL) async throws -> [IPAddress] {
    if let refusal = policy.refusal(of: url) { throw OutboundFailure.refused(refusal) }
    if let address = url.address { return [address] }
    let found = try await resolver.resolve(url.host)
    guard let first = found.first else { throw OutboundFailure.unreachable("the name '\(url.host)' is not known") }
    let allowed = found.filter { policy.refusal(of: $0, for: url.host) == nil }
    if allowed.isEmpty, let refusal = policy.refusal(of: first, for: url.host) {
      throw OutboundFailure.refused(refusal)
    }
    return Array(allowed.prefix(3))
  }
}
