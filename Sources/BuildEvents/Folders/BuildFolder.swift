/// What a build left in a folder, as far as a reader of it looks: names, small files, digests.
public struct BuildFolder: Sendable {
  /// A file by its name in the folder.
  public struct File: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// The name it really has where `name` is a link: what is published, because links move.
    public let published: String

    /// A file.
    public init(name: String, published: String) {
      self.name = name
      self.published = published
    }
  }

  /// The files in it, sorted by name.
  public let files: [File]
  /// Reads a small file by its path from the folder; nil when there is none.
  public let read: @Sendable (String) -> [UInt8]?
  /// The SHA-256 of a file in lower-case hexadecimal; nil when it cannot be read.
  public let sha256: @Sendable (String) -> String?

  /// A folder.
  public init(
    files: [File], read: @escaping @Sendable (String) -> [UInt8]?, sha256: @escaping @Sendable (String) -> String?
  ) {
    self.files = files.sorted { $0.name < $1.name }
    self.read = read
    self.sha256 = sha256
  }

  /// The first of these names that is there.
  func first(_ names: [String]) -> File? {
    for name in names { if let file = files.first(where: { $0.name == name }) { return file } }
    return nil
  }

  /// Files whose name ends so.
  func ending(_ suffixes: [String]) -> [File] { files.filter { file in suffixes.contains { file.name.hasSuffix($0) } } }

  /// A file's text; nil for none or no UTF-8.
  func text(_ path: String) -> String? { read(path).flatMap { String(validating: $0, as: UTF8.self) } }

  /// A file as JSON.
  ///
  /// - Throws: a refusal that names the file.
  func json(_ path: String) throws(EventRefusal) -> JSONValue? {
    guard let bytes = read(path) else { return nil }
    do {
      // OpenEmbedded's testdata.json is its whole datastore.
      return try JSONValue.parse(bytes, limits: Limits(bytes: 64 << 20, depth: 64, members: 1_000_000))
    } catch {
      throw EventRefusal(.malformed, field: path, error.message, mend: "build again, or give another folder")
    }
  }
}

/// A kind of build whose result is a folder of files, read where it was built: `boardcast send --from`.
///
/// Only what is named in the reader goes into the record; everything else of the folder, secrets in it among them, stays
/// where it is.
public protocol FolderReader: Sendable {
  /// Its name on the command line.
  var name: String { get }
  /// What it is, in one line.
  var summary: String { get }
  /// What the folder says of the build, in the plain record's fields without `source`, `status` and the images' URLs.
  ///
  /// - Throws: a refusal whose field is the file, or what has to be told by hand.
  func read(_ folder: BuildFolder) throws(EventRefusal) -> FolderFacts
}

/// What a folder says.
public struct FolderFacts: Sendable, Hashable {
  /// Fields of the plain record.
  public internal(set) var record: [String: JSONValue] = [:]
  /// Files by the role they have.
  public internal(set) var images: [String: BuildFolder.File] = [:]

  mutating func know(_ name: String, _ text: String?) {
    if let text, !text.isEmpty { record[name] = .string(text) }
  }

  mutating func know(property name: String, _ text: String?) {
    guard let text, !text.isEmpty else { return }
    var properties = record["properties"]?.objectValue ?? [:]
    properties[name] = .string(text)
    record["properties"] = .object(properties)
  }

  mutating func know(image role: String, _ file: BuildFolder.File?) {
    if let file, images[role] == nil { images[role] = file }
  }
}

/// All readers of folders.
public enum FolderReaders {
  /// One of each, sorted by name.
  public static let all: [any FolderReader] = [
    AOSPFolder(), BuildrootFolder(), DebosFolder(), TuxMakeFolder(), YoctoFolder(),
  ]

  /// The plain record of a folder whose files are published below an address under their own names.
  ///
  /// - Parameters:
  ///   - base: the address, with or without a slash at its end.
  ///   - told: fields given by hand; they win.
  ///   - more: properties given by hand.
  /// - Throws: a refusal that names the field or the file.
  public static func record(
    _ reader: any FolderReader, _ folder: BuildFolder, base: String, told: [String: JSONValue],
    properties more: [String: JSONValue] = [:]
  ) throws(EventRefusal) -> JSONValue {
    let base = try WebAddress.checked(base, field: "--url")
    let facts = try reader.read(folder)
    var record: [String: JSONValue] = ["source": .string(reader.name), "status": "success"]
    record.merge(facts.record) { _, new in new }
    var properties = facts.record["properties"]?.objectValue ?? [:]
    properties["producer"] = .string(reader.name)
    record["properties"] = .object(properties.merging(more) { _, new in new })
    var images: [String: JSONValue] = [:]
    for (role, file) in facts.images {
      let url = base + (base.hasSuffix("/") ? "" : "/") + PercentCoding.encoded(file.published)
      images[role] = PackedFile.image(url: url, role: role, sha256: folder.sha256(file.name))
    }
    record["images"] = .object(images)
    record.merge(told) { _, new in new }
    // Whatever is wrong is told here and not by the door.
    _ = try BuildEvent(plain: .object(record))
    return .object(record)
  }
}
