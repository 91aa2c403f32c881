/// One question to a producer's server, as the pure pullers put it.
struct PullRequest: Hashable, Sendable {
  enum Method: Hashable, Sendable {
    /// Follows redirects.
    case get
    case post
  }

  var method = Method.get
  var url: String
  var headers: [String: String] = [:]
  /// How long the whole answer may take.
  var patience: Duration = .seconds(30)
  /// How long the body may be.
  var bytes = 4 << 20
}

/// What came of it.
enum PullAnswer: Hashable, Sendable {
  /// An answer, whatever its status: headers by lower-case name, and who answered after all redirects.
  case answer(status: Int, headers: [String: String], body: [UInt8], url: String)
  /// None; in words that hold no secret.
  case unanswered(String)
}

extension PullAnswer {
  /// For how long the server wants to be left alone: `Retry-After` in seconds or as a time, a day at most.
  func wantsRest(now: UTCInstant) -> Duration? {
    guard case .answer(_, let headers, _, _) = self, let text = headers["retry-after"] else { return nil }
    if let seconds = Int64(text), seconds >= 0 { return .seconds(min(seconds, 86_400)) }
    guard let until = UTCInstant(httpDate: text) else { return nil }
    return .milliseconds(min(max(0, until.milliseconds - now.milliseconds), 86_400_000))
  }
}
