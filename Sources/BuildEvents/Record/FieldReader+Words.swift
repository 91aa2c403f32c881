internal import Matcher

extension FieldReader {
  /// An architecture and the producer's word for it.
  func architecture(_ field: String) throws(EventRefusal) -> (normal: Architecture, asGiven: String)? {
    guard let word = try text(field, maximum: 64) else { return nil }
    if let normal = Architecture(normalizing: word) { return (normal, word) }
    if word.lowercased() == "x86" {
      throw EventRefusal(
        .unknown, field: name(field), "\"x86\" is ambiguous: Android means 32 bits by it, Linux both widths",
        mend: "send i386 or x86_64")
    }
    let near = NearestName.to(word, among: Architecture.knownNames).map { "did you mean \($0)? " } ?? ""
    throw EventRefusal(
      .unknown, field: name(field), "nobody knows the architecture \(Redaction.quoted(word))",
      mend: "\(near)send one of \(Architecture.knownNames.joined(separator: ", "))")
  }

  /// A boot method and the producer's word for it; the word "none" has no method.
  func bootloader(_ field: String) throws(EventRefusal) -> (normal: BootMethod?, asGiven: String)? {
    guard let word = try text(field, maximum: 64) else { return nil }
    if word.lowercased() == "none" { return (nil, word) }
    guard let normal = BootMethod(normalizing: word) else {
      throw invalid(
        field, "\(Redaction.quoted(word)) is no name of a boot method", mend: "send a word such as u-boot, grub or uefi"
      )
    }
    return (normal, word)
  }

  /// The normal name of an image family.
  func imageFamily(_ field: String) throws(EventRefusal) -> String? {
    guard let word = try text(field, maximum: 64) else { return nil }
    guard let family = ImageFamily(normalizing: word) else {
      throw invalid(
        field, "\(Redaction.quoted(word)) is no name of an image family",
        mend: "send a word such as nano, oe or android")
    }
    return family.name
  }

  /// `device_types` and the older `device_type` together, each once.
  func deviceTypes() throws(EventRefusal) -> [String] {
    var types = try texts("device_types", maximum: 100)
    for type in try texts("device_type", maximum: 100) where !types.contains(type) { types.append(type) }
    return types
  }

  /// An object of scalars, as text; empty and null members are dropped.
  func properties(_ field: String) throws(EventRefusal) -> [String: String] {
    guard let members = try members(field) else { return [:] }
    var properties: [String: String] = [:]
    for (key, value) in members.sorted(by: { $0.key < $1.key }) where !value.isAbsent {
      guard key.utf8.count <= 256, !key.unicodeScalars.contains(where: \.isControl) else {
        throw invalid(field, "has a member whose name is too long or holds a control character", mend: "rename it")
      }
      let path = "\(field).\(key)"
      switch value {
      case .bool(let flag): properties[key] = flag ? "true" : "false"
      case .double(let number): properties[key] = "\(number)"
      case .array, .object:
        throw invalid(path, "must be a string, a number or a boolean, not \(value.kind)", mend: "flatten it")
      default:
        properties[key] = Redaction.withoutCredentials(try line(value, of: path, maximum: Self.longestText))
      }
    }
    return properties
  }
}
