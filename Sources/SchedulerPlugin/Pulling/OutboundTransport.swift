import BuildEvents

/// Asks a source's server within the lab's policy; the host that the source's own file names may always be asked.
struct OutboundTransport: Sendable {
  let policy: OutboundPolicy

  /// - Parameter place: the address in the source's file.
  init(policy: OutboundPolicy, naming place: String) {
    self.policy = (try? OutboundURL(place)).map { policy.naming($0) } ?? policy
  }

  /// The answer; throws nothing but `CancellationError`.
  func send(_ request: PullRequest) async throws(CancellationError) -> PullAnswer {
    do {
      var limits = OutboundLimits()
      limits.total = request.patience
      limits.bytes = request.bytes
      let outbound = OutboundRequest(
        request.method == .get ? .get : .post, try OutboundURL(request.url),
        headers: request.headers.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) })
      let answer = try await OutboundClient(policy: policy, limits: limits).send(outbound)
      return .answer(
        status: answer.status, headers: answer.headers, body: answer.body, url: answer.url.description)
    } catch let error as CancellationError {
      throw error
    } catch {
      if Task.isCancelled { throw CancellationError() }
      return .unanswered("\(error)")
    }
  }
}
