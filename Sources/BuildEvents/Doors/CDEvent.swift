/// A CDEvent (cdevents.dev, specification 0.4 and later): the parts that say what was published.
struct CDEvent {
  let id: String
  let source: String
  let type: String
  /// The subject's id; for an artifact a package URL.
  let subject: String
  /// The subject as a package URL; nil if it is none.
  let package: PackageURL?
  /// `customData` as the plain record, with what the package URL adds; empty if there is none.
  let record: [String: JSONValue]

  /// Versions differ in the last part, so the type is told by its beginning.
  var isArtifactPublished: Bool { type.hasPrefix("dev.cdevents.artifact.published.") }

  init(_ document: JSONValue) throws(EventRefusal) {
    let event = try FieldReader(document, at: nil)
    let context = try event.requiredObject("context")
    guard let id = try context.identifier("id", maximum: 1024) else {
      throw context.missing("id", mend: "send the event's id")
    }
    guard let source = try context.identifier("source", maximum: 512) else {
      throw context.missing("source", mend: "send a URI that names the sender")
    }
    self.id = id
    self.source = source
    type = try context.requiredText("type")
    subject = try event.requiredObject("subject").requiredText("id")
    package = PackageURL(subject)
    record = Self.completed(try Self.custom(event), package)
  }

  /// `customData` is an object, or a string that holds JSON.
  private static func custom(_ event: FieldReader) throws(EventRefusal) -> [String: JSONValue] {
    guard case .string(let text)? = event.value("customData") else { return try event.members("customData") ?? [:] }
    do {
      return try FieldReader(JSONValue.parse(Array(text.utf8)), at: "customData").members
    } catch {
      var refusal = error
      refusal.field = refusal.field ?? "customData"
      throw refusal
    }
  }

  /// The checksum that the package URL gives belongs to the image that lies where it says.
  private static func completed(_ record: [String: JSONValue], _ package: PackageURL?) -> [String: JSONValue] {
    guard let package, let url = package.downloadURL, let sha256 = package.sha256,
      case .object(let images)? = record["images"]
    else { return record }
    var record = record
    record["images"] = .object(
      images.mapValues { image in
        if image == .string(url) { return ["url": .string(url), "sha256": .string(sha256)] }
        guard case .object(var members) = image, members["url"] == .string(url), members["sha256"] == nil else {
          return image
        }
        members["sha256"] = .string(sha256)
        return .object(members)
      })
    return record
  }
}

/// A package URL (purl): `pkg:type/namespace/name@version?qualifiers#subpath`.
struct PackageURL: Hashable {
  /// Without qualifiers and subpath.
  let bare: String
  /// By name, percent-decoded.
  let qualifiers: [String: String]

  init?(_ text: String) {
    guard text.hasPrefix("pkg:"), text.utf8.count > 4 else { return nil }
    let whole = text.prefix { $0 != "#" }
    bare = String(whole.prefix { $0 != "?" })
    var qualifiers: [String: String] = [:]
    for part in whole.dropFirst(bare.count).dropFirst().split(separator: "&") {
      guard let equals = part.firstIndex(of: "="), let value = PercentCoding.decoded(part[part.index(after: equals)...])
      else { continue }
      qualifiers[part[..<equals].lowercased()] = value
    }
    self.qualifiers = qualifiers
  }

  /// Where the artifact can be fetched.
  var downloadURL: String? { qualifiers["download_url"] }

  /// The digest out of `checksum=sha256:…`, which may list several.
  var sha256: String? {
    qualifiers["checksum"]?.split(separator: ",").first { $0.hasPrefix("sha256:") }.map { String($0.dropFirst(7)) }
  }
}

extension CDEvent {
  /// By content type, or, from older senders, by the CloudEvent's type.
  static func isCDEvent(contentType: String?, headers: [(name: String, value: String)]) -> Bool {
    if let contentType, MediaType(contentType).essence == "application/cdevents+json" { return true }
    return headers.contains { $0.name.lowercased() == "ce-type" && $0.value.hasPrefix("dev.cdevents.") }
  }

  /// The event door's reading: `customData` is the plain record, the context says who sent it and which build it is.
  static func decode(_ document: JSONValue) throws(EventRefusal) -> BuildEvent {
    let event = try CDEvent(document)
    guard event.isArtifactPublished else {
      throw EventRefusal(
        .unsupported, field: "context.type", "\(Redaction.quoted(event.type)) says of no image that it can be fetched",
        mend: "send dev.cdevents.artifact.published")
    }
    var record = event.record
    if record["build_id"]?.isAbsent ?? true { record["build_id"] = .string(event.package?.bare ?? event.subject) }
    if record["status"]?.isAbsent ?? true { record["status"] = "success" }
    var decoded = try BuildEvent(
      plain: FieldReader(members: record, prefix: "customData."), defaultSource: event.source)
    decoded.envelope = CloudEventEnvelope(id: event.id, source: event.source, type: event.type, subject: event.subject)
    return decoded
  }
}
