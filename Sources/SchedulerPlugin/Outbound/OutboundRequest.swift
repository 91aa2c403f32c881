/// What is asked of another server.
public struct OutboundRequest: Sendable {
  /// GET follows redirects, POST does not.
  public enum Method: String, Hashable, Sendable {
    /// Reads.
    case get = "GET"
    /// Writes; sent once, never again by itself.
    case post = "POST"
  }

  /// How.
  public var method: Method
  /// Where.
  public var url: OutboundURL
  /// Added to our own. `Authorization`, `Cookie` and `X-…-Token` do not follow a redirect to another origin.
  public var headers: [(name: String, value: String)]
  /// Of a POST.
  public var body: [UInt8]

  /// A request.
  public init(
    _ method: Method, _ url: OutboundURL, headers: [(name: String, value: String)] = [], body: [UInt8] = []
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }

  /// The request that a redirect asks for.
  func redirected(to url: OutboundURL) -> OutboundRequest {
    var next = self
    next.url = url
    if url.origin != self.url.origin {
      // Only what says nothing of us goes to a stranger.
      next.headers = headers.filter { ["accept", "user-agent"].contains($0.name.lowercased()) }
    }
    return next
  }
}

/// How much of somebody's time and memory an answer may take.
public struct OutboundLimits: Hashable, Sendable {
  /// For all of it: names, connections, redirects, the last byte.
  public var total: Duration
  /// For one connection.
  public var connect: Duration
  /// Of an answer's body; of a POST's answer the rest is not read.
  public var bytes: Int
  /// That a GET follows.
  public var redirects: Int

  /// Limits that fit lists and small files.
  public init(
    total: Duration = .seconds(30), connect: Duration = .seconds(10), bytes: Int = 1 << 20, redirects: Int = 5
  ) {
    self.total = total
    self.connect = connect
    self.bytes = bytes
    self.redirects = redirects
  }
}

/// What another server said.
public struct OutboundAnswer: Hashable, Sendable {
  /// 200 to 599.
  public let status: Int
  /// By lower-case name; of several the first.
  public let headers: [String: String]
  /// As it was sent: nothing is decompressed.
  public let body: [UInt8]
  /// Who answered, after all redirects.
  public let url: OutboundURL
}
