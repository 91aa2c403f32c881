/// What a producer sent, as a door got it: bytes that nobody has read yet, and the headers that say how to read them.
public struct ProducerPayload: Sendable, Hashable {
  /// The body, after any content coding was undone.
  public var body: [UInt8]
  /// The `Content-Type` header; nil if there was none.
  public var contentType: String?
  /// Headers by name in lower case; of a repeated one the last.
  public var headers: [String: String]
  /// How much is read.
  public var limits: Limits

  /// A payload; header names may be in any case.
  public init(
    _ body: [UInt8], contentType: String? = nil, headers: [String: String] = [:], limits: Limits = .standard
  ) {
    self.body = body
    self.contentType = contentType
    self.headers = Dictionary(headers.map { ($0.key.lowercased(), $0.value) }) { _, last in last }
    self.limits = limits
  }

  /// The body as JSON.
  ///
  /// - Throws: `unsupported` for another content type, else what the parser says.
  func json() throws(EventRefusal) -> JSONValue {
    try MediaType.requireJSON(contentType)
    return try JSONValue.parse(body, limits: limits)
  }

  /// The body as text.
  ///
  /// - Throws: `tooLarge` or `malformed`.
  func text() throws(EventRefusal) -> String {
    guard body.count <= limits.bytes else {
      throw EventRefusal(.tooLarge, "the body has more than \(limits.bytes) bytes", mend: "send less")
    }
    guard let text = String(validating: body, as: UTF8.self), !text.utf8.contains(0) else {
      throw EventRefusal(.malformed, "the body is not valid UTF-8 text", mend: "encode it as UTF-8")
    }
    return text
  }

  /// Whether the body looks like a JSON document and not like lines of text.
  var looksLikeJSON: Bool {
    if let contentType, MediaType(contentType).isJSON { return true }
    let first = body.first { ![0x20, 0x0A, 0x0D, 0x09, 0xEF, 0xBB, 0xBF].contains($0) }
    return first == UInt8(ascii: "{")
  }
}
