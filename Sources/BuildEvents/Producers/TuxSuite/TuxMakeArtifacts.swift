/// The artifacts that TuxMake lists by kind in `results.artifacts`; the first of a kind is the one to use (tuxlava).
enum TuxMakeArtifacts {
  /// Kinds that are files a board fetches, and the role they have.
  private static let roles = ["kernel": "kernel", "modules": "modules"]

  static func read(
    _ artifacts: FieldReader, folder: String, into facts: inout ProducerFacts
  ) throws(EventRefusal) {
    var names: [String: [String]] = [:]
    // A name that is no word is nobody's kind.
    for kind in artifacts.members.keys.sorted() where kind.utf8.allSatisfy(FieldReader.isTokenByte) {
      names[kind] = try artifacts.texts(kind)
    }
    add(names, folder: folder, field: artifacts.prefix, into: &facts)
  }

  static func add(_ names: [String: [String]], folder: String, field: String, into facts: inout ProducerFacts) {
    for (kind, files) in names.sorted(by: { $0.key < $1.key }) {
      for name in files { facts.add(file: name, at: folder + name, from: field + (field.hasSuffix(".") ? kind : "")) }
      guard let role = roles[kind], let first = files.first,
        let file = facts.files.last(where: { $0.name == first })
      else { continue }
      facts.know(image: role, PackedFile.image(url: file.url, role: role), from: file.field)
    }
  }
}

/// What a file's name tells of how it is packed.
enum PackedFile {
  private static let compressions = [
    ("gz", "gz"), ("tgz", "gz"), ("xz", "xz"), ("bz2", "bz2"), ("zst", "zstd"),
  ]
  /// Roles whose archives LAVA must be told of; what a board loads, such as `Image.gz`, stays as it is.
  private static let packed: Set<String> = ["modules", "nfsrootfs", "dtbs"]

  /// An image of the plain record with compression and archive where the role needs them.
  static func image(url: String, role: String, sha256: String? = nil) -> JSONValue {
    var image: [String: JSONValue] = ["url": .string(url)]
    if packed.contains(role) {
      let path = url.prefix { $0 != "?" && $0 != "#" }.lowercased()
      let suffix = compressions.first { path.hasSuffix(".\($0.0)") }
      image["compression"] = suffix.map { .string($0.1) }
      let bare = suffix.map { path.dropLast($0.0.count + 1) } ?? path[...]
      if bare.hasSuffix(".tar") || suffix?.0 == "tgz" { image["archive"] = "tar" }
    }
    image["sha256"] = sha256.map(JSONValue.string)
    return image.count == 1 ? .string(url) : .object(image)
  }
}
