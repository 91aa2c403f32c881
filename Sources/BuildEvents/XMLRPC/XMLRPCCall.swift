/// One method call of XML-RPC.
public struct XMLRPCCall: Sendable, Hashable {
  /// The method's name.
  public var method: String
  /// The arguments in order.
  public var parameters: [XMLRPCValue]

  /// A call.
  public init(method: String, parameters: [XMLRPCValue]) {
    self.method = method
    self.parameters = parameters
  }

  /// Reads the body of a `POST /RPC2`.
  ///
  /// Only UTF-8 is read, and document types and entities are refused before the parser sees a byte, so that nothing can
  /// be expanded or fetched.
  ///
  /// - Throws: -32700 if it is no XML, has a DTD, or is beyond the limits; -32600 if it is XML but no method call.
  public static func parse(_ bytes: [UInt8], limits: Limits = .standard) throws(XMLRPCFault) -> XMLRPCCall {
    try screen(bytes, limits: limits)
    let reader = XMLRPCReader(limits: limits)
    return try reader.call(from: bytes)
  }

  /// What is looked at before parsing. NUL is refused because UTF-16 and UTF-32 text could hide a DTD from a scan.
  private static func screen(_ bytes: [UInt8], limits: Limits) throws(XMLRPCFault) {
    guard bytes.count <= limits.bytes else {
      throw .notXML("the body has \(bytes.count) bytes, more than the \(limits.bytes) allowed")
    }
    guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
      throw .notXML("the body is not XML in UTF-8")
    }
    try screenTags(bytes)
    if let encoding = declaredEncoding(text.prefix(200)), encoding != "utf-8", encoding != "us-ascii" {
      throw .notXML("the XML declares another encoding than UTF-8; send UTF-8")
    }
  }

  /// The longest tag that is passed on. XML-RPC has no attributes; libxml2 compares each attribute of a tag with every
  /// other, which takes seconds for a mebibyte of them.
  private static let longestTag = 1024

  /// Looks at every '<', also those in comments: what looks like one to this scan may not be one to the parser.
  private static func screenTags(_ bytes: [UInt8]) throws(XMLRPCFault) {
    var tagStart: Int?
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "<"):
        tagStart = index
        if index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "!") {
          for word in ["<!DOCTYPE", "<!ENTITY"] where bytes[index...].starts(with: word.utf8) {
            throw .notXML(
              "the body holds \(word.dropFirst(2)): document types and entities are refused; send plain XML-RPC")
          }
          tagStart = nil
        }
      case UInt8(ascii: ">"): tagStart = nil
      default:
        if let start = tagStart, index - start > longestTag {
          throw .notXML("a tag is longer than \(longestTag) bytes; XML-RPC has no attributes")
        }
      }
      index += 1
    }
  }

  /// The `encoding` of an XML declaration, in lower case; "" if it cannot be read.
  private static func declaredEncoding(_ start: Substring) -> String? {
    guard start.hasPrefix("<?xml") || start.hasPrefix("\u{FEFF}<?xml") else { return nil }
    let end = start.firstRange(of: "?>")?.lowerBound ?? start.endIndex
    guard let name = start[..<end].firstRange(of: "encoding") else { return nil }
    let value = start[name.upperBound..<end].drop { "= \t\r\n".contains($0) }
    guard let quote = value.first, quote == "'" || quote == "\"" else { return "" }
    return value.dropFirst().prefix { $0 != quote }.lowercased()
  }
}
