/// Why a request got no answer.
public enum OutboundFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// It may not be made.
  case refused(OutboundRefusal)
  /// The name leads nowhere, or nobody listens there, or TLS failed; in words without the URL's path.
  case unreachable(String)
  /// No whole answer in time.
  case timedOut(Duration)
  /// The answer is larger than so many bytes.
  case tooLarge(Int)
  /// More redirects than that.
  case tooManyRedirects(Int)

  /// Whether the same request can end otherwise later.
  public var mayPass: Bool {
    switch self {
    case .unreachable, .timedOut: true
    case .refused, .tooLarge, .tooManyRedirects: false
    }
  }

  /// One line.
  public var description: String {
    switch self {
    case .refused(let refusal): refusal.description
    case .unreachable(let why): why
    case .timedOut(let limit): "no whole answer within \(limit / .seconds(1)) s"
    case .tooLarge(let bytes): "the answer is larger than \(bytes) bytes"
    case .tooManyRedirects(let count): "more than \(count) redirects"
    }
  }
}
