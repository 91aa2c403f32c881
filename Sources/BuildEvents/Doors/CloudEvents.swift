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
  /// - Throws: `unsupported` for a batch (see ``batch(contentType:body:limits:)``), another specversion or data that is
  ///   not JSON; `missing` for a required attribute; else what the record's reader says.
  public static func decode(
    contentType: String?, headers: [(name: String, value: String)], body: [UInt8], limits: Limits = .standard
  ) throws(EventRefusal) -> BuildEvent {
    let (envelope, data) = try parts(contentType: contentType, headers: headers, body: body, limits: limits)
    return try event(data, in: envelope)
  }

  /// Envelope and data of one CloudEvent, whatever the data is.
  static func parts(
    contentType: String?, headers: [(name: String, value: String)], body: [UInt8], limits: Limits
  ) throws(EventRefusal) -> (CloudEventEnvelope, JSONValue) {
    let type = contentType.map(MediaType.init)
    switch type?.essence {
    case "application/cloudevents+json":
      try type?.requireUTF8()
      return try structured(JSONValue.parse(body, limits: limits), at: nil, limits: limits)
    case "application/cloudevents-batch+json":
      throw EventRefusal(
        .unsupported, field: "Content-Type", "a batch of CloudEvents is not read here",
        mend: "send each event in a request of its own, or the batch to /api/v1/events")
    case .some(let other) where other.hasPrefix("application/cloudevents"):
      throw EventRefusal(
        .unsupported, field: "Content-Type", "\(Redaction.quoted(other)) is not read here",
        mend: "send application/cloudevents+json")
    default:
      return try binary(contentType: contentType, headers: headers, body: body, limits: limits)
    }
  }

  /// The headers of attributes that anybody here looks at, in lower case.
  static let readHeaders = ["ce-specversion", "ce-id", "ce-source", "ce-type", "ce-subject", "ce-time"]

  static func parts(_ payload: ProducerPayload) throws(EventRefusal) -> (CloudEventEnvelope, JSONValue) {
    try parts(
      contentType: payload.contentType, headers: payload.headers.map { (name: $0.key, value: $0.value) },
      body: payload.body, limits: payload.limits)
  }

  /// Whether a content type is that of a batch.
  public static func isBatch(_ contentType: String?) -> Bool {
    contentType.map { MediaType($0).essence } == "application/cloudevents-batch+json"
  }

  /// Reads a batch (JSON Batch Format 1.0.2): a list of structured events, which may be empty.
  ///
  /// - Throws: the refusal of the first bad one; its field begins with the place in the list, such as `[2].data.arch`.
  public static func batch(
    contentType: String?, body: [UInt8], limits: Limits = .standard
  ) throws(EventRefusal) -> [BuildEvent] {
    try contentType.map(MediaType.init)?.requireUTF8()
    guard case .array(let elements) = try JSONValue.parse(body, limits: limits) else {
      throw EventRefusal(.invalid, "a batch must be a list", mend: "send a list of CloudEvents")
    }
    var events: [BuildEvent] = []
    for (index, element) in elements.enumerated() {
      do {
        let (envelope, data) = try structured(element, at: nil, limits: limits)
        events.append(try event(data, in: envelope))
      } catch {
        var refusal = error
        refusal.field = "[\(index)]" + (error.field.map { ".\($0)" } ?? "")
        throw refusal
      }
    }
    return events
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
    try event.takeCallback()
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
