/// Boardcast's own record, for a sender that has a secret of the lab's instead of a LAVA token.
struct PlainRecord: ProducerAdapter {
  let name = "plain"
  let summary = "a plain record, as the events door takes it"

  func read(_ payload: ProducerPayload) throws(EventRefusal) -> ProducerReading {
    try Self.read(payload.json(), at: nil, buildID: nil)
  }

  /// A record that may stand within an envelope, whose id then names the build where the record does not.
  static func read(_ document: JSONValue, at path: String?, buildID: String?) throws(EventRefusal) -> ProducerReading {
    let record = try FieldReader(document, at: path)
    let build = try record.identifier("build_id", maximum: 1024)
    guard let name = build ?? buildID else {
      throw record.missing("build_id", mend: "send build_id: a name of the build that is unique within its source")
    }
    let subject = record.remark("image_name") ?? record.remark("image_family") ?? name
    let status = try record.text("status") ?? "success"
    guard BuildStatus(status) == .success else {
      return .ignored(
        subject: subject, because: "the build's status is \(Redaction.quoted(status)); only success is tested")
    }
    var facts = try ProducerFacts(
      buildID: name, from: build == nil ? "id" : record.name("build_id"), subject: subject, fields: document)
    for (key, value) in record.members where !["source", "build_id", "status"].contains(key) {
      facts.know(key, value, from: record.name(key))
    }
    return .build(facts)
  }
}

/// A CloudEvent whose data is the plain record, or anything else that a mapping reads.
struct CloudEventsProducer: ProducerAdapter {
  let name = "cloudevents"
  let summary = "a CloudEvent whose data is a plain record or what a mapping makes one of"
  let headers = CloudEvents.readHeaders

  func read(_ payload: ProducerPayload) throws(EventRefusal) -> ProducerReading {
    let (envelope, data) = try CloudEvents.parts(payload)
    let reading = try PlainRecord.read(data, at: "data", buildID: envelope.id)
    guard case .build(var facts) = reading else { return reading }
    facts.add(field: "ce", envelope.record)
    return .build(facts)
  }
}

/// A CDEvent: only `artifact.published` says that something can be fetched.
struct CDEventsProducer: ProducerAdapter {
  let name = "cdevents"
  let summary = "CDEvents: artifact.published"
  let headers = CloudEvents.readHeaders

  func read(_ payload: ProducerPayload) throws(EventRefusal) -> ProducerReading {
    let document = try payload.json()
    let event = try CDEvent(document)
    guard event.isArtifactPublished else {
      return .ignored(
        subject: event.subject, because: "the event is \(Redaction.quoted(event.type)), not artifact.published")
    }
    let reading = try PlainRecord.read(
      .object(event.record), at: "customData", buildID: event.package?.bare ?? event.subject)
    guard case .build(var facts) = reading else { return reading }
    facts.fields = document
    if let url = event.package?.downloadURL {
      let name = url.prefix { $0 != "?" && $0 != "#" }.split(separator: "/").last.map(String.init) ?? url
      facts.add(file: name, at: url, from: "subject.id")
    }
    return .build(facts)
  }
}
