import BuildEvents
import Matcher

/// Puts the plain record of one message together, field by field, and remembers where each came from.
struct Assembly {
  let message: MappedMessage
  let layers: [FieldMap]
  let defaults: FieldMap
  private(set) var record: [String: JSONValue] = [:]
  private(set) var lines: [ProducerMapping.Line] = []
  private var origins: [String: String] = [:]

  /// A value that is there and cannot be used.
  struct Trouble: Error {
    let field: String
    let why: String
  }

  init(message: MappedMessage, layers: [FieldMap], defaults: FieldMap) {
    self.message = message
    self.layers = layers
    self.defaults = defaults
  }

  /// Where the field of a refusal came from.
  func origin(of field: String) -> String? {
    origins[field] ?? origins.first { field.hasPrefix($0.key + ".") || field.hasPrefix($0.key + "[") }?.value
  }

  mutating func assemble(source: String, producer: String) throws(Trouble) {
    let known = message.facts
    for (name, value) in known.record where !["images", "properties", "source"].contains(name) {
      note(name, value, known.origins[name] ?? name)
    }
    // The older name of the same field.
    if record["device_types"] == nil, let type = record.removeValue(forKey: "device_type") {
      lines.removeAll { $0.field == "device_type" }
      note("device_types", type, origins["device_type"] ?? "device_type")
    }
    note("source", .string(source), "the door")
    note("build_id", .string(known.buildID), known.origins["build_id"] ?? "the message")
    note("status", "success", "only successes come this far")
    for name in FieldMap.words + FieldMap.lists {
      guard let (texts, why) = try derived(name, isTold: record[name] != nil, \.fields[name]) else { continue }
      let isList = FieldMap.lists.contains(name)
      guard isList || texts.count == 1, let first = texts.first else {
        throw Trouble(field: name, why: "\(name): \(texts.count) values where one is wanted (\(why))")
      }
      note(name, isList ? .array(texts.map(JSONValue.string)) : .string(first), why)
    }
    try images(known)
    try properties(known, producer)
  }

  private mutating func images(_ known: ProducerFacts) throws(Trouble) {
    var images = known.record["images"]?.objectValue ?? [:]
    for (role, value) in images.sorted(by: { $0.key < $1.key }) {
      note(line: "images.\(role)", value, known.origins["images.\(role)"] ?? "images")
    }
    for role in Set((layers + [defaults]).flatMap(\.images.keys)).sorted() {
      guard
        let (texts, why) = try derived("images.\(role)", isTold: images[role] != nil, \.images[role]),
        let url = texts.first
      else { continue }
      guard texts.count == 1 else {
        throw Trouble(
          field: "images.\(role)", why: "images.\(role): \(texts.count) values where one is wanted (\(why))")
      }
      let entry = (layers + [defaults]).lazy.compactMap { $0.images[role] }.first
      var image: [String: JSONValue] = ["url": .string(url)]
      image["compression"] = entry?.compression.map(JSONValue.string)
      image["archive"] = entry?.archive.map(JSONValue.string)
      images[role] = image.count == 1 ? .string(url) : .object(image)
      note(line: "images.\(role)", .string(url), why)
    }
    record["images"] = images.isEmpty ? nil : .object(images)
  }

  private mutating func properties(_ known: ProducerFacts, _ producer: String) throws(Trouble) {
    var properties = known.record["properties"]?.objectValue ?? [:]
    for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
      note(line: "properties.\(name)", value, known.origins["properties.\(name)"] ?? "properties")
    }
    for name in Set((layers + [defaults]).flatMap(\.properties.keys)).sorted() {
      guard
        let (texts, why) = try derived("properties.\(name)", isTold: properties[name] != nil, \.properties[name])
      else { continue }
      let value = JSONValue.string(texts.joined(separator: " "))
      properties[name] = value
      note(line: "properties.\(name)", value, why)
    }
    // The word as it was given, beside the normal one.
    if let word = record["image_family"]?.stringValue, let normal = ImageFamily(normalizing: word)?.name, normal != word
    {
      properties["image_family_as_given"] = .string(word)
    }
    properties["producer"] = .string(producer)
    record["properties"] = .object(properties)
  }

  /// The value of the first layer that has one; the defaults are asked only where the message told nothing.
  private func derived(
    _ name: String, isTold: Bool, _ entry: (FieldMap) -> Derivation?
  ) throws(Trouble) -> (texts: [String], why: String)? {
    for layer in isTold ? layers : layers + [defaults] {
      guard let derivation = entry(layer) else { continue }
      switch derivation.outcome(message) {
      case .value(let texts, let why): return (texts, "\(why); \(derivation.place)")
      case .nothing: continue
      case .trouble(let why): throw Trouble(field: name, why: "\(name): \(why) (\(derivation.place))")
      }
    }
    return nil
  }

  private mutating func note(_ name: String, _ value: JSONValue, _ why: String) {
    record[name] = value
    lines.removeAll { $0.field == name }
    note(line: name, value, why)
  }

  private mutating func note(line name: String, _ value: JSONValue, _ why: String) {
    origins[name] = why
    lines.removeAll { $0.field == name }
    let text = value.stringValue ?? value.mappedTexts?.joined(separator: ", ") ?? value["url"]?.stringValue
    lines.append(.init(field: name, value: MappedMessage.shown(text ?? value.canonical), why: why))
  }
}
