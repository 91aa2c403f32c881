/// Keeps credentials out of what is stored and shown.
enum Redaction {
  /// The text without the user part of the URLs in it; applied again it changes nothing.
  ///
  /// Of http and https URLs every user part goes (a token often stands alone), of others only one with a password:
  /// the user of `ssh://git@host` is no secret.
  static func withoutCredentials(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "@")) else { return text }
    let bytes = Array(text.utf8)
    var kept: [UInt8] = []
    var position = 0
    while position < bytes.count {
      kept.append(bytes[position])
      position += 1
      guard kept.suffix(3).elementsEqual("://".utf8) else { continue }
      let end = bytes[position...].firstIndex(where: endsAuthority) ?? bytes.count
      guard let at = bytes[position..<end].lastIndex(of: UInt8(ascii: "@")) else { continue }
      if isWeb(kept) || bytes[position..<at].contains(UInt8(ascii: ":")) { position = at + 1 }
    }
    return String(decoding: kept, as: UTF8.self)
  }

  private static func isWeb(_ kept: [UInt8]) -> Bool {
    let scheme = String(decoding: kept.dropLast(3).suffix(5), as: UTF8.self).lowercased()
    return scheme.hasSuffix("http") || scheme == "https"
  }

  private static func endsAuthority(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x00...0x20, 0x7F, UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "#"),
      UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: ">"):
      true
    default: false
    }
  }

  /// A value as a refusal may quote it: in double quotes, at most 60 characters, without control characters, and without
  /// what may be a secret: all up to an '@', and a query.
  static func quoted(_ text: String) -> String {
    var scalars = text.unicodeScalars[...]
    var shown = ""
    if let at = scalars.lastIndex(of: "@") {
      scalars = scalars[at...]
      shown = "…"
    }
    if let query = scalars.firstIndex(of: "?") { scalars = scalars[...query] }
    for scalar in scalars.prefix(60) { shown.unicodeScalars.append(scalar.isControl ? "\u{FFFD}" : scalar) }
    if scalars.count > 60 || scalars.endIndex != text.unicodeScalars.endIndex { shown += "…" }
    return "\"\(shown)\""
  }
}

extension JSONValue {
  /// The value with the credentials of the URLs in its strings taken out.
  var withoutCredentials: JSONValue {
    switch self {
    case .string(let text): .string(Redaction.withoutCredentials(text))
    case .array(let elements): .array(elements.map(\.withoutCredentials))
    case .object(let members): .object(members.mapValues(\.withoutCredentials))
    default: self
    }
  }
}
