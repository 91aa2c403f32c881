internal import Foundation

/// Writes replies in the form of Python's `xmlrpc.client.dumps`: single-quoted declaration, a newline after each tag.
public enum XMLRPCResponse {
  /// A reply with one value. Members of a struct stand in the order of their names.
  public static func serialize(_ value: XMLRPCValue) -> [UInt8] {
    var text = ""
    append(value, to: &text)
    return reply(text)
  }

  /// A reply with one struct whose members stand in the order given.
  public static func serialize(members: KeyValuePairs<String, XMLRPCValue>) -> [UInt8] {
    var text = ""
    append(members.map { ($0.key, $0.value) }, to: &text)
    return reply(text)
  }

  /// A fault; answered with HTTP status 200 like any reply.
  public static func serialize(fault: XMLRPCFault) -> [UInt8] {
    var text = "<?xml version='1.0'?>\n<methodResponse>\n<fault>\n"
    append([("faultCode", .int(Int64(fault.code))), ("faultString", .string(fault.string))], to: &text)
    text += "</fault>\n</methodResponse>\n"
    return Array(text.utf8)
  }

  private static func reply(_ value: String) -> [UInt8] {
    Array(
      "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n\(value)</param>\n</params>\n</methodResponse>\n"
        .utf8)
  }

  private static func append(_ value: XMLRPCValue, to text: inout String) {
    switch value {
    case .string(let string): text += "<value><string>\(escaped(string))</string></value>\n"
    case .int(let number):
      let tag = Int32(exactly: number) == nil ? "i8" : "int"
      text += "<value><\(tag)>\(number)</\(tag)></value>\n"
    case .bool(let flag): text += "<value><boolean>\(flag ? 1 : 0)</boolean></value>\n"
    case .double(let number): text += "<value><double>\(number)</double></value>\n"
    case .dateTime(let time): text += "<value><dateTime.iso8601>\(escaped(time))</dateTime.iso8601></value>\n"
    case .base64(let bytes): text += "<value><base64>\n\(Data(bytes).base64EncodedString())\n</base64></value>\n"
    case .struct(let members): append(members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, to: &text)
    case .array(let elements):
      text += "<value><array><data>\n"
      for element in elements { append(element, to: &text) }
      text += "</data></array></value>\n"
    case .nil: text += "<value><nil/></value>\n"
    }
  }

  private static func append(_ members: [(String, XMLRPCValue)], to text: inout String) {
    text += "<value><struct>\n"
    for (name, value) in members {
      text += "<member>\n<name>\(escaped(name))</name>\n"
      append(value, to: &text)
      text += "</member>\n"
    }
    text += "</struct></value>\n"
  }

  /// Escapes as Python does; what XML 1.0 cannot hold at all becomes U+FFFD, and a carriage return a reference, since a
  /// reader would turn it into a newline.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\r": result += "&#13;"
      case "\t", "\n": result.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
