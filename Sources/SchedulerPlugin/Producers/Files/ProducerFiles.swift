import BoardInventory
import BuildEvents

/// The producer files in force: sources, defaults and tables.
public struct ProducerFiles: Sendable {
  var sources: [ProducerSource] = []
  var defaults: [ProducerDefaults] = []
  var tables: [LookupTable] = []
  /// SHA-256 of each file's bytes.
  private var digests: [String: String] = [:]
  /// The last good form of each file.
  private(set) var documents: [String: Document] = [:]

  /// What one file holds.
  enum Document: Sendable {
    case source(ProducerSource)
    case defaults(ProducerDefaults)
    case table(LookupTable)
  }

  /// None.
  public init() {}

  /// The source of a door's address.
  func source(_ name: String, of producer: String) -> ProducerSource? {
    sources.first { $0.name == name && $0.producer == producer }
  }

  /// How a source's messages become events.
  func mapping(_ source: ProducerSource) -> ProducerMapping {
    ProducerMapping(
      source: "\(source.producer):\(source.name)", producer: source.producer, builds: source.builds,
      layers: [source.map], defaults: defaults.first { $0.producer == source.producer }?.map ?? FieldMap())
  }

  /// A digest of every file that a source's messages are read with: another one, and an unmapped message may be mapped.
  func version(of source: ProducerSource) -> String {
    let defaults = defaults.first { $0.producer == source.producer }?.file
    let paths = documents.filter { $0.key == source.file || $0.key == defaults || $0.value.isTable }.keys.sorted()
    return FileDigest.of(Array(paths.map { "\($0) \(digests[$0] ?? "-")" }.joined(separator: "\n").utf8))
  }

  /// Reads the folders, the lab's own first. A file with a mistake keeps its last good form.
  static func read(_ folders: [String], previous: ProducerFiles?) -> (files: ProducerFiles, mistakes: [FileMistake]) {
    var files = ProducerFiles()
    var mistakes: [FileMistake] = []
    var told: Set<String> = []
    let paths = folders.flatMap { YAMLFile.files(in: $0) }
    // Tables first, because the others name them.
    for wantsTables in [true, false] {
      for path in paths {
        let old = previous?.documents[path]
        files.digests[path] = FileDigest.of(file: path)
        do throws(FileMistake) {
          let yaml = try YAMLFile.mapping(at: path)
          guard yaml.keys.contains("table") == wantsTables else { continue }
          try files.take(Document(yaml, tables: files.tables), path)
        } catch {
          // A file that is no YAML is met in both rounds and told once.
          if told.insert(path).inserted { mistakes.append(error) }
          if let old, old.isTable == wantsTables { try? files.take(old, path) }
        }
      }
    }
    return (files, mistakes)
  }

  /// A document of the same name in a folder before this one wins; in the same folder it is a mistake.
  private mutating func take(_ document: Document, _ path: String) throws(FileMistake) {
    if let other = documents.first(where: { $0.value.identity == document.identity })?.key {
      guard Self.folder(other) == Self.folder(path) else { return }
      throw FileMistake(
        file: path, message: "\(document.identity) is in \(other) too", mend: "give one of them another name")
    }
    documents[path] = document
    switch document {
    case .source(let source): sources.append(source)
    case .defaults(let producer): defaults.append(producer)
    case .table(let table): tables.append(table)
    }
  }

  private static func folder(_ path: String) -> Substring {
    path.lastIndex(of: "/").map { path[..<$0] } ?? ""
  }
}

extension ProducerFiles.Document {
  var isTable: Bool { if case .table = self { true } else { false } }

  /// What it is, in words; two files may not hold the same.
  var identity: String {
    switch self {
    case .source(let source): "the source \(source.producer)/\(source.name)"
    case .defaults(let defaults): "the producer \(defaults.producer)"
    case .table(let table): "the table \(table.name ?? "-")"
    }
  }
}
