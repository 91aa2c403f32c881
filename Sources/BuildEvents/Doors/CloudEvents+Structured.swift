internal import Foundation

extension CloudEvents {
  /// Structured mode: one JSON object holds the attributes and `data` or `data_base64` (JSON Event Format 1.0.2).
  static func structured(
    _ document: JSONValue, at path: String?, limits: Limits
  ) throws(EventRefusal) -> (CloudEventEnvelope, JSONValue) {
    let attributes = try FieldReader(document, at: path)
    try requireVersion(attributes)
    let envelope = try CloudEventEnvelope(attributes: attributes)
    if let type = try attributes.text("datacontenttype", maximum: 256), !MediaType(type).isJSON {
      throw EventRefusal(
        .unsupported, field: "datacontenttype", "\(Redaction.quoted(type)) is not read here",
        mend: "send data as application/json")
    }
    return (envelope, try data(of: attributes, limits: limits))
  }

  private static func data(of attributes: FieldReader, limits: Limits) throws(EventRefusal) -> JSONValue {
    let data = attributes.members["data"].flatMap { $0 == .null ? nil : $0 }
    guard let encoded = attributes.value("data_base64") else {
      if let data { return data }
      throw attributes.missing("data", mend: "send the record as data")
    }
    guard data == nil else {
      throw attributes.invalid("data_base64", "stands beside data", mend: "send one of the two")
    }
    guard case .string(let text) = encoded, let bytes = Data(base64Encoded: text) else {
      throw attributes.invalid("data_base64", "is not base64", mend: "send the record's bytes in base64 (RFC 4648)")
    }
    do {
      return try JSONValue.parse([UInt8](bytes), limits: limits)
    } catch {
      var refusal = error
      refusal.field = "data_base64"
      throw refusal
    }
  }
}
