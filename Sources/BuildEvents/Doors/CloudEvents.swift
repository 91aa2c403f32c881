/// CloudEvents 1.0 over HTTP (HTTP Protocol Binding 1.0.2): structured and binary mode.
public enum CloudEvents {
  /// Whether a request carries a CloudEvent: by its content type, or by a header of a required attribute.
  public static func isCloudEvent(contentType: String?, headers: [(name: String, value: String)]) -> Bool {
    if let contentType, MediaType(contentType).essence.hasPrefix("application/cloudevents") { return true }
    return headers.contains { ["ce-specversion", "ce-id", "ce-source", "ce-type"].contains($0.name.lowercased()) }
  }

  /// Reads one CloudEvent whose data is the plain record.
  ///
  /// A record without `source` gets the envelope's; every other required field must stand in the data, and is named
  /// `data.…` in a refusal.
  ///
  /// - Throws: `unsupported` for a batch, another specversion or data that is not JSON; `missing` for a required
  ///   attribute; else what the record's reader says.
  public static func decode(
    contentType: String?, headers: [(name: String, value: String)], body: [UInt8], limits: Limits = .standard
  ) throws(EventRefusal) -> BuildEvent {
    let type = contentType.map(MediaType.init)
    switch type?.essence {
    case "application/cloudevents+json":
      try type?.requireUTF8()
      return try structured(JSONValue.parse(body, limits: limits), limits: limits)
    case "application/cloudevents-batch+json":
      throw EventRefusal(
        .unsupported, field: "Content-Type", "batches of CloudEvents are not read here",
        mend: "send each event in a request of its own")
    case .some(let other) where other.hasPrefix("application/cloudevents"):
      throw EventRefusal(
        .unsupported, field: "Content-Type", "\(Redaction.quoted(other)) is not read here",
        mend: "send application/cloudevents+json")
    default:
      return try binary(contentType: contentType, headers: headers, body: body, limits: limits)
    }
  }

  static func requireVersion(_ attributes: FieldReader) throws(EventRefusal) {
    guard let version = attributes.value("specversion") else {
      throw attributes.missing("specversion", mend: "send specversion 1.0")
    }
    guard version == .string("1.0") else {
      throw EventRefusal(
        .unsupported, field: attributes.name("specversion"), "only CloudEvents 1.0 is read here",
        mend: "send specversion \"1.0\"")
    }
  }

  static func event(
    _ data: JSONValue, in envelope: CloudEventEnvelope
  ) throws(EventRefusal) -> BuildEvent {
    let fields = try FieldReader(data, at: "data")
    var event = try BuildEvent(plain: fields, defaultSource: envelope.source)
    event.envelope = envelope
    return event
  }
}

extension CloudEventEnvelope {
  /// Reads the context attributes, `specversion` apart.
  init(attributes: FieldReader) throws(EventRefusal) {
    func required(_ name: String, _ maximum: Int, _ meaning: String) throws(EventRefusal) -> String {
      if let text = try attributes.identifier(name, maximum: maximum) { return text }
      throw attributes.missing(name, mend: "send \(attributes.name(name)): \(meaning)")
    }
    id = try required("id", 1024, "the event's id, unique within its source")
    source = try required("source", 512, "a URI that names the sender")
    type = try required("type", 512, "what happened, such as org.example.image.built")
    subject = try attributes.text("subject")
    time = try attributes.timestamp("time")
    let known: Set<String> = ["specversion", "id", "source", "type", "subject", "time", "data", "data_base64"]
    for (name, value) in attributes.members where !known.contains(name) && !value.isAbsent {
      extensions[name] = value.withoutCredentials
    }
  }
}
