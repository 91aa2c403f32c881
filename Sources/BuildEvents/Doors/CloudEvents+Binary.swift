extension CloudEvents {
  /// Binary mode: attributes in `ce-` headers, the body is the data.
  static func binary(
    contentType: String?, headers: [(name: String, value: String)], body: [UInt8], limits: Limits
  ) throws(EventRefusal) -> (CloudEventEnvelope, JSONValue) {
    var attributes: [String: JSONValue] = [:]
    for (header, value) in headers where header.lowercased().hasPrefix("ce-") {
      let name = String(header.lowercased().dropFirst(3))
      guard attributes[name] == nil else {
        throw EventRefusal(.invalid, field: "ce-\(name)", "the header is repeated", mend: "send it once")
      }
      attributes[name] = .string(try headerText(value, of: "ce-\(name)"))
    }
    let fields = FieldReader(members: attributes, prefix: "ce-")
    try requireVersion(fields)
    let envelope = try CloudEventEnvelope(attributes: fields)
    try MediaType.requireJSON(contentType)
    return (envelope, try JSONValue.parse(body, limits: limits))
  }

  /// Undoes the header coding of HTTP Protocol Binding 1.0.2, section 3.1.3.2: double quotes, then percent-encoding.
  ///
  /// A '%' that begins no sequence is kept: senders that forget to encode it lose nothing.
  static func headerText(_ value: String, of field: String) throws(EventRefusal) -> String {
    var raw = Array(value.utf8)
    if raw.count >= 2, raw.first == UInt8(ascii: "\""), raw.last == UInt8(ascii: "\"") {
      raw = unquoted(raw[1..<raw.count - 1])
    }
    var bytes: [UInt8] = []
    var index = 0
    while index < raw.count {
      if raw[index] == UInt8(ascii: "%"), index + 2 < raw.count, let high = JSONParser.hexDigit(raw[index + 1]),
        let low = JSONParser.hexDigit(raw[index + 2])
      {
        bytes.append(high << 4 | low)
        index += 3
      } else {
        bytes.append(raw[index])
        index += 1
      }
    }
    guard let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains("\0") else {
      throw EventRefusal(
        .invalid, field: field, "does not decode to UTF-8 text", mend: "percent-encode the header's UTF-8 bytes")
    }
    return text
  }

  private static func unquoted(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var escaped = false
    for byte in bytes {
      if byte == UInt8(ascii: "\\"), !escaped {
        escaped = true
      } else {
        result.append(byte)
        escaped = false
      }
    }
    return result
  }
}
