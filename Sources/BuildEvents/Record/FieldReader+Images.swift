extension FieldReader {
  /// The images by role: a URL each, or an object with `url` and what is known of the file.
  ///
  /// - Parameter mayBeNone: a build that did not succeed has nothing to show.
  func images(_ field: String, mayBeNone: Bool) throws(EventRefusal) -> [String: Image] {
    let mend = "send images, such as {\"rootfs\": \"https://…\"}"
    guard let given = try members(field) else {
      if mayBeNone { return [:] }
      throw missing(field, mend: mend)
    }
    var images: [String: Image] = [:]
    // In the roles' order, so that of several mistakes always the same one is named.
    for (role, value) in given.sorted(by: { $0.key < $1.key }) where !value.isAbsent {
      guard Self.isRole(role) else {
        throw invalid(
          field, "\(Redaction.quoted(role)) is no role", mend: "name roles in lower case, such as kernel or rootfs")
      }
      images[role] = try image(value, at: name("\(field).\(role)"))
    }
    guard mayBeNone || !images.isEmpty else { throw missing(field, mend: mend) }
    guard images.count <= 64 else { throw invalid(field, "has more than 64 roles", mend: "send fewer images") }
    return images
  }

  /// A lower-case word that is safe as a key in a job and in a template.
  private static func isRole(_ role: String) -> Bool {
    guard (1...64).contains(role.utf8.count), let first = role.utf8.first else { return false }
    return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first)
      && role.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
          UInt8(ascii: "-"), UInt8(ascii: "."):
          true
        default: false
        }
      }
  }

  private func image(_ value: JSONValue, at path: String) throws(EventRefusal) -> Image {
    if case .string(let url) = value { return Image(url: try WebAddress.checked(url, field: path)) }
    guard case .object(let members) = value else {
      throw EventRefusal(.invalid, field: path, "must be a URL or an object, not \(value.kind)", mend: "send a URL")
    }
    let fields = FieldReader(members: members, prefix: path + ".")
    guard let url = try fields.webAddress("url") else {
      throw fields.missing("url", mend: "send the image's http or https URL")
    }
    var image = Image(url: url)
    image.sha256 = try fields.sha256("sha256")
    image.compression = try fields.word("compression", from: Self.compressions)
    image.archive = try fields.word("archive", from: ["tar": "tar", "none": ""])
    image.headers = try fields.headers("headers")
    let known: Set<String> = ["url", "sha256", "compression", "archive", "headers"]
    for (name, value) in members where !known.contains(name) { image.extra[name] = value.withoutCredentials }
    return image
  }

  /// LAVA's words (lava_common/schemas/deploy, `url()`) and the ones producers use for them; "" means absent.
  private static let compressions = [
    "gz": "gz", "gzip": "gz", "xz": "xz", "bz2": "bz2", "bzip2": "bz2", "zstd": "zstd", "zst": "zstd", "zip": "zip",
    "none": "",
  ]

  private func word(_ field: String, from table: [String: String]) throws(EventRefusal) -> String? {
    guard let word = try text(field, maximum: 64) else { return nil }
    guard let normal = table[word.lowercased()] else {
      let words = Set(table.values).subtracting([""]).sorted().joined(separator: ", ")
      throw EventRefusal(
        .unknown, field: name(field), "\(Redaction.quoted(word)) is not known", mend: "send one of \(words), or nothing"
      )
    }
    return normal.isEmpty ? nil : normal
  }

  private func sha256(_ field: String) throws(EventRefusal) -> String? {
    guard let digest = try text(field, maximum: 256) else { return nil }
    guard digest.utf8.count == 64, digest.utf8.allSatisfy({ JSONParser.hexDigit($0) != nil }) else {
      throw invalid(field, "is no SHA-256", mend: "send 64 hexadecimal digits")
    }
    return digest.lowercased()
  }

  /// Header names are tokens of RFC 9110; values are never quoted in a refusal.
  private func headers(_ field: String) throws(EventRefusal) -> [String: String] {
    guard let members = try members(field) else { return [:] }
    var headers: [String: String] = [:]
    for (header, value) in members.sorted(by: { $0.key < $1.key }) where !value.isAbsent {
      guard !header.isEmpty, header.utf8.count <= 128, header.utf8.allSatisfy(Self.isTokenByte) else {
        throw invalid(field, "\(Redaction.quoted(header)) is no name of an HTTP header", mend: "send a header's name")
      }
      headers[header] = try line(value, of: "\(field).\(header)", maximum: Self.longestText)
    }
    return headers
  }

  static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}
