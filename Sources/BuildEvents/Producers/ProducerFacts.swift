/// What a producer's message says of a build, before a lab's mapping adds what hardware it is for.
public struct ProducerFacts: Sendable, Hashable {
  /// The build's name, unique within the producer's instance; a redelivery has the same.
  public let buildID: String
  /// What people call what was built: a job, a project, a node.
  public let subject: String
  /// The whole message, with what the adapter worked out of it; mappings look fields up here.
  public internal(set) var fields: JSONValue
  /// What the message says by itself, under the names of the plain record.
  public internal(set) var record: [String: JSONValue] = [:]
  /// The message's field that each field of ``record`` came from, such as `images.kernel`: `status.download_url`.
  public internal(set) var origins: [String: String] = [:]
  /// The files the build published.
  public internal(set) var files: [PublishedFile] = []
  /// The half it is of what a board boots, if it is one.
  public internal(set) var half: ImageHalf?
  /// The two halves it puts together.
  public internal(set) var pair: ImagePair?
  /// What was left out and why, for people.
  public internal(set) var notes: [String] = []

  /// A file with its address, which is a checked http or https URL.
  public struct PublishedFile: Sendable, Hashable {
    /// The name patterns are held against.
    public let name: String
    /// Where it is.
    public let url: String
    /// The message's field.
    public let field: String
  }

  /// - Throws: `missing` or `invalid` for the field that names the build.
  init(
    buildID: String, from field: String, subject: String, fields: JSONValue
  ) throws(EventRefusal) {
    let reader = FieldReader(members: [field: .string(buildID)], prefix: "")
    guard let name = try reader.identifier(field, maximum: 1024) else {
      throw reader.missing(field, mend: "send the build's name")
    }
    self.buildID = name
    self.subject = Redaction.withoutCredentials(Self.line(subject))
    self.fields = fields
    origins["build_id"] = field
  }

  /// Takes a field of the plain record over; an absent value changes nothing.
  mutating func know(_ name: String, _ value: JSONValue?, from field: String) {
    guard let value, !value.isAbsent else { return }
    record[name] = value
    origins[name] = field
  }

  /// The same for a text.
  mutating func know(_ name: String, _ text: String?, from field: String) {
    know(name, text.map(JSONValue.string), from: field)
  }

  /// Takes a property over.
  mutating func know(property name: String, _ text: String?, from field: String) {
    guard let text, !text.isEmpty else { return }
    var properties = record["properties"]?.objectValue ?? [:]
    properties[name] = .string(text)
    record["properties"] = .object(properties)
    origins["properties.\(name)"] = field
  }

  /// Takes an image over.
  mutating func know(image role: String, _ value: JSONValue, from field: String) {
    var images = record["images"]?.objectValue ?? [:]
    images[role] = value
    record["images"] = .object(images)
    origins["images.\(role)"] = field
  }

  /// Adds a file if its address is one that a board may fetch, else a note.
  mutating func add(file name: String, at url: String, from field: String) {
    do {
      files.append(PublishedFile(name: Self.line(name), url: try WebAddress.checked(url, field: field), field: field))
    } catch {
      notes.append("\(error)")
    }
  }

  /// Adds a field that mappings may look up.
  mutating func add(field name: String, _ value: JSONValue) {
    guard case .object(var members) = fields else { return }
    members[name] = value
    fields = .object(members)
  }

  /// One bounded line of whatever was sent.
  static func line(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.prefix(256).map { $0.isControl ? "\u{FFFD}" : $0 }))
  }
}
