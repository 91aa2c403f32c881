/// A `Content-Type` header, split (RFC 9110, section 8.3.1).
struct MediaType {
  /// Type and subtype in lower case.
  let essence: String
  /// The `charset` parameter in lower case.
  let charset: String?

  init(_ header: String) {
    let parts = header.split(separator: ";", omittingEmptySubsequences: false)
      .map { $0.trimmingPrefix(while: Self.isSpace) }
      .map { part in part.lastIndex { !Self.isSpace($0) }.map { part[...$0] } ?? "" }
    essence = parts.first.map { $0.lowercased() } ?? ""
    let parameter = parts.dropFirst().first { $0.lowercased().hasPrefix("charset=") }
    charset = parameter.map { $0.dropFirst("charset=".count).filter { $0 != "\"" }.lowercased() }
  }

  private static func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" }

  /// Whether the body is JSON: `application/json`, `text/json`, or any subtype with the suffix `+json`.
  var isJSON: Bool { essence == "application/json" || essence == "text/json" || essence.hasSuffix("+json") }

  /// - Throws: `unsupported`, unless the header is absent or names JSON in UTF-8.
  static func requireJSON(_ header: String?) throws(EventRefusal) {
    guard let header, !header.isEmpty else { return }
    let type = MediaType(header)
    guard type.isJSON else {
      throw EventRefusal(
        .unsupported, field: "Content-Type", "\(Redaction.quoted(header)) is not read here",
        mend: "send Content-Type: application/json or application/cloudevents+json")
    }
    try type.requireUTF8()
  }

  func requireUTF8() throws(EventRefusal) {
    guard let charset, charset != "utf-8", charset != "utf8", charset != "us-ascii" else { return }
    throw EventRefusal(
      .unsupported, field: "Content-Type", "the charset \(Redaction.quoted(charset)) is not read here",
      mend: "send UTF-8")
  }
}
