internal import Matcher

extension BuildEvent {
  /// The normalised record, to be stored as `jsonb`: the plain record's keys, each in one spelling, absent ones left out;
  /// `arch_as_given` and `bootloader_as_given`; unknown fields under `extra`; the CloudEvent under `envelope`.
  ///
  /// It holds the images' header values, which are secrets. What is shown is ``publicRecord``.
  public var record: JSONValue {
    var fields: [String: JSONValue] = [
      "source": .string(source), "build_id": .string(buildID), "status": .string(status.description),
      "images": .object(images.mapValues(\.record)),
    ]
    let texts: [(String, String?)] = [
      ("image_family", imageFamily), ("image_name", imageName), ("arch", architecture?.name),
      ("arch_as_given", architectureAsGiven), ("bootloader", bootloader?.name),
      ("bootloader_as_given", bootloaderAsGiven), ("hwpack", hardwarePack), ("kernel_version", kernelVersion),
      ("build_url", buildURL), ("log_url", logURL), ("completed_at", completedAt),
    ]
    for (name, text) in texts { fields[name] = text.map(JSONValue.string) }
    for (name, list) in [("device_types", deviceTypes), ("tags", tags), ("boards", boards)] where !list.isEmpty {
      fields[name] = .array(list.map(JSONValue.string))
    }
    if !properties.isEmpty { fields["properties"] = .object(properties.mapValues(JSONValue.string)) }
    if !extra.isEmpty { fields["extra"] = .object(extra) }
    fields["callback"] = callback?.record
    fields["envelope"] = envelope?.record
    return .object(fields)
  }

  /// ``record`` with "…" for the value of every header and for the callback's query: fit for pages, logs and replies.
  public var publicRecord: JSONValue {
    var shown = self
    for (role, image) in images { shown.images[role]?.headers = image.headers.mapValues { _ in "…" } }
    shown.callback = callback?.shown
    return shown.record
  }

  /// Reads back what ``record`` gave, checking everything again.
  ///
  /// - Throws: the refusal a producer would get; for a stored record that means the row was edited.
  public init(record: JSONValue) throws(EventRefusal) {
    let fields = try FieldReader(record, at: nil)
    try self.init(neutral: fields)
    architectureAsGiven = try fields.text("arch_as_given") ?? architectureAsGiven
    bootloaderAsGiven = try fields.text("bootloader_as_given") ?? bootloaderAsGiven
    extra = try fields.members("extra") ?? [:]
    if let stored = try fields.members("envelope") {
      envelope = try CloudEventEnvelope(attributes: FieldReader(.object(stored), at: "envelope"))
    }
  }
}

extension Image {
  /// The image as an object with the keys of the plain record.
  var record: JSONValue {
    var fields = extra
    fields["url"] = .string(url)
    fields["sha256"] = sha256.map(JSONValue.string)
    fields["compression"] = compression.map(JSONValue.string)
    fields["archive"] = archive.map(JSONValue.string)
    if !headers.isEmpty { fields["headers"] = .object(headers.mapValues(JSONValue.string)) }
    return .object(fields)
  }
}

extension CloudEventEnvelope {
  /// The attributes by their CloudEvents names.
  var record: JSONValue {
    var fields = extensions
    fields["id"] = .string(id)
    fields["source"] = .string(source)
    fields["type"] = .string(type)
    fields["subject"] = subject.map(JSONValue.string)
    fields["time"] = time.map(JSONValue.string)
    return .object(fields)
  }
}
