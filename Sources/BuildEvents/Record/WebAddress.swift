/// The check that every URL of an event passes: what LAVA's dispatchers fetch and what pages link to.
public enum WebAddress {
  /// The URL, if it is http or https with a host, in the characters of RFC 3986, without credentials. Only its scheme is
  /// changed, to lower case: whoever looks for `https://` after this finds it.
  ///
  /// - Throws: `invalid` for the field; the text never holds the credentials.
  public static func checked(_ url: String, field: String) throws(EventRefusal) -> String {
    func refusal(_ message: String, mend: String) -> EventRefusal {
      EventRefusal(.invalid, field: field, message, mend: mend)
    }
    let bytes = Array(url.utf8)
    guard bytes.count <= FieldReader.longestText else {
      throw refusal("the URL is longer than \(FieldReader.longestText) bytes", mend: "send a shorter URL")
    }
    guard let start = ["http://", "https://"].first(where: { url.lowercased().hasPrefix($0) })?.utf8.count,
      bytes.count >= start
    else {
      throw refusal("\(Redaction.quoted(url)) is no http or https URL", mend: "send a URL such as https://host/path")
    }
    let ends: [UInt8] = [UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#")]
    let end = bytes[start...].firstIndex(where: ends.contains) ?? bytes.count
    let authority = bytes[start..<end]
    // Looked at before anything is quoted.
    guard !authority.contains(UInt8(ascii: "@")) else {
      throw refusal(
        "the URL holds credentials, which would be shown in logs and jobs",
        mend: "send the URL without user and password")
    }
    guard bytes.allSatisfy(isAllowed) else {
      throw refusal(
        "the URL holds a space or another character that no URL may hold", mend: "percent-encode the character")
    }
    guard hostIsGood(authority) else {
      throw refusal("\(Redaction.quoted(url)) has no proper host", mend: "send a URL such as https://host/path")
    }
    return url.prefix(start).lowercased() + url.dropFirst(start)
  }

  /// RFC 3986: unreserved, reserved and '%'.
  private static func isAllowed(_ byte: UInt8) -> Bool {
    (0x21...0x7E).contains(byte) && !"\"<>\\^`{|}".utf8.contains(byte)
  }

  private static func hostIsGood(_ authority: ArraySlice<UInt8>) -> Bool {
    let host: ArraySlice<UInt8>
    var rest: ArraySlice<UInt8>
    if authority.first == UInt8(ascii: "[") {
      guard let close = authority.firstIndex(of: UInt8(ascii: "]")) else { return false }
      host = authority[(authority.startIndex + 1)..<close]
      rest = authority[(close + 1)...]
      let isAddress = host.allSatisfy {
        JSONParser.hexDigit($0) != nil || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
      }
      guard isAddress, host.contains(UInt8(ascii: ":")) else { return false }
    } else {
      let colon = authority.firstIndex(of: UInt8(ascii: ":")) ?? authority.endIndex
      host = authority[..<colon]
      rest = authority[colon...]
      guard !host.isEmpty, host.contains(where: isLetterOrDigit),
        host.allSatisfy({ isLetterOrDigit($0) || "-._".utf8.contains($0) })
      else { return false }
    }
    guard rest.popFirst() == UInt8(ascii: ":") else { return rest.isEmpty && authority.last != UInt8(ascii: ":") }
    guard rest.count <= 5, rest.allSatisfy({ (0x30...0x39).contains($0) }),
      let port = Int(String(decoding: rest, as: UTF8.self))
    else { return false }
    return (1...65535).contains(port)
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}

extension FieldReader {
  /// A URL that passes ``WebAddress/checked(_:field:)``.
  func webAddress(_ field: String) throws(EventRefusal) -> String? {
    guard let value = value(field) else { return nil }
    guard case .string(let url) = value else {
      throw invalid(field, "must be a URL, not \(value.kind)", mend: "send an http or https URL as a string")
    }
    return try WebAddress.checked(url, field: name(field))
  }
}
