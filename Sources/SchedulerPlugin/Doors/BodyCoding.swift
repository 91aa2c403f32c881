internal import BuildEvents
internal import NIOCore
internal import NIOEmbedded
internal import NIOHTTP1
internal import NIOHTTPCompression

/// How a request's body is coded on the way (RFC 9110, 8.4).
enum BodyCoding: Hashable, Sendable {
  case plain
  case gzip

  /// More than so many times its coded size is no message, but for small ones.
  static let mostRatio = 100
  /// Up to so many bytes the ratio does not count: a few hundred equal lines compress very well.
  static let ratioCountsFrom = 64 << 10

  /// Reads `Content-Encoding`.
  ///
  /// - Throws: `unsupported` for any other coding, and for one upon another.
  init(_ header: String?) throws(EventRefusal) {
    switch header?.lowercased().filter({ $0 != " " }) {
    case nil, "", "identity": self = .plain
    case "gzip", "x-gzip": self = .gzip
    default:
      throw EventRefusal(
        .unsupported, field: "Content-Encoding", "this content encoding is not understood",
        mend: "send the body plain or as gzip")
    }
  }

  /// The body as it was before. Stops as soon as it grows over a limit, so a bomb costs no more than a message.
  ///
  /// - Throws: `tooLarge`, or `malformed` for what is no gzip.
  func decoded(_ body: [UInt8], most: Int) throws(EventRefusal) -> [UInt8] {
    guard self == .gzip else { return body }
    // The library decodes in a channel's pipeline; the server's own would end the connection where the sender should get
    // an answer, so the body passes one that has no network.
    let channel = EmbeddedChannel(handler: NIOHTTPRequestDecompressor(limit: .size(most)))
    defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
    var decoded: [UInt8] = []
    do {
      let headers: HTTPHeaders = ["Content-Encoding": "gzip"]
      let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/", headers: headers)
      try channel.writeInbound(HTTPServerRequestPart.head(head))
      for start in stride(from: 0, to: body.count, by: 4096) {
        let part = ByteBuffer(bytes: body[start..<min(start + 4096, body.count)])
        try channel.writeInbound(HTTPServerRequestPart.body(part))
        try Self.take(from: channel, into: &decoded)
        guard decoded.count <= most else { throw NIOHTTPDecompression.DecompressionError.limit }
        if decoded.count > Self.ratioCountsFrom, decoded.count / Self.mostRatio > start + 4096 {
          throw NIOHTTPDecompression.DecompressionError.limit
        }
      }
      try channel.writeInbound(HTTPServerRequestPart.end(nil))
      try Self.take(from: channel, into: &decoded)
    } catch let error as NIOHTTPDecompression.DecompressionError where error == .limit {
      throw EventRefusal(
        .tooLarge, "the body is larger than \(most) bytes, or grows too much, when it is unpacked",
        mend: "send URLs of images, not images")
    } catch {
      throw EventRefusal(
        .malformed, field: "Content-Encoding", "the body is no whole gzip", mend: "send it plain, or as one gzip member"
      )
    }
    return decoded
  }

  private static func take(from channel: EmbeddedChannel, into decoded: inout [UInt8]) throws {
    while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
      if case .body(let bytes) = part { decoded.append(contentsOf: bytes.readableBytesView) }
    }
  }
}
