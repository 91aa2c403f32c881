public import BuildEvents
import Foundation

/// An http or https URL that was taken apart, and is put together from those parts again: what was checked is what the
/// HTTP client gets to read.
public struct OutboundURL: Hashable, Sendable, CustomStringConvertible {
  /// Whether it is https.
  public let isSecure: Bool
  /// Lower case; an IPv6 address without brackets.
  public let host: String
  /// 1 to 65535.
  public let port: Int
  /// From the first `/`, with the query, without a fragment.
  let target: String
  /// Set where the host is written as an address.
  let address: IPAddress?

  /// Reads a URL.
  ///
  /// - Throws: `EventRefusal` for the field: another scheme, credentials, no proper host.
  public init(_ text: String, field: String = "url") throws(EventRefusal) {
    _ = try WebAddress.checked(text, field: field)
    isSecure = text.lowercased().hasPrefix("https://")
    let rest = text.dropFirst(isSecure ? 8 : 7)
    let authority = rest.prefix { !"/?#".contains($0) }
    var target = rest[authority.endIndex...].prefix { $0 != "#" }
    if target.hasPrefix("?") { target = "/" + target }
    self.target = target.isEmpty ? "/" : String(target)
    var name = authority.lowercased()
    var port: Int?
    if name.hasPrefix("["), let close = name.firstIndex(of: "]") {
      port = Int(name[name.index(after: close)...].dropFirst())
      name = String(name[name.index(after: name.startIndex)..<close])
      address = IPAddress(name)
      guard address != nil else {
        throw EventRefusal(.invalid, field: field, "the URL's host is no address", mend: "write for example [fd00::1]")
      }
    } else {
      if let colon = name.firstIndex(of: ":") {
        port = Int(name[name.index(after: colon)...])
        name = String(name[..<colon])
      }
      // The root's dot makes the same host another text, which no list would know.
      if name.hasSuffix(".") { name.removeLast() }
      guard Self.isName(name[...]) else {
        throw EventRefusal(
          .invalid, field: field, "the URL has no proper host", mend: "write for example https://host/")
      }
      address = IPAddress(name)
    }
    host = address?.description ?? name
    self.port = port ?? (isSecure ? 443 : 80)
  }

  /// Letters, digits, `-`, `_` and dots between them, 253 at most: what needs no decoding anywhere.
  static func isName(_ text: Substring) -> Bool {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    return text.utf8.count <= 253
      && labels.allSatisfy { label in
        !label.isEmpty && label.utf8.count <= 63
          && label.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x5F
          }
      }
  }

  /// Whether the port is the scheme's own.
  var hasUsualPort: Bool { port == (isSecure ? 443 : 80) }

  /// The URL without path and query: those can hold secrets.
  public var origin: String {
    let bracketed = address?.bytes.count == 16 ? "[\(host)]" : host
    return "\(isSecure ? "https" : "http")://\(bracketed)\(hasUsualPort ? "" : ":\(port)")"
  }

  /// The whole URL, in one spelling.
  public var description: String { origin + target }

  /// Where a redirect of it leads.
  func redirected(to location: String) throws(EventRefusal) -> OutboundURL {
    let absolute = URL(string: description).flatMap {
      URL(string: location, relativeTo: $0)?.absoluteURL.absoluteString
    }
    return try OutboundURL(absolute ?? location, field: "Location")
  }
}
