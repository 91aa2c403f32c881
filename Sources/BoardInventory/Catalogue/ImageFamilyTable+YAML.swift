internal import Matcher

extension ImageFamilyTable {
  /// The file's name in a `devices/` folder; it is no device type.
  static let fileName = "families.yaml"

  /// This table with what a file says put over it: its families replace those of the same name, and its ways go for
  /// its own families, which may name this table's ways too.
  ///
  /// Throws `FileMistake` naming file and line: an unknown key, a way that nobody describes, a word that is no name.
  public func overlaid(by yaml: FileMapping) throws(FileMistake) -> ImageFamilyTable {
    try yaml.refuseKeys(otherThan: ["ways", "families"])
    var ways = ways
    // A way of the same name must not change what other files' families meant by it.
    var renamed: [String: String] = [:]
    if let mapping = try yaml.mapping("ways") {
      for name in mapping.keys {
        let label = ways[name] == nil ? name : "\(name) of \(yaml.file)"
        renamed[name] = label
        ways[label] = try Self.way(mapping, name)
      }
    }
    var families = families
    var files = files
    if let mapping = try yaml.mapping("families") {
      for word in mapping.keys {
        guard let family = ImageFamily(normalizing: word) else {
          throw mapping.mistake(word, "'\(word)' can be no image family's name")
        }
        families[family] = try mapping.strings(word)?.map { name throws(FileMistake) in
          let label = renamed[name] ?? name
          guard ways[label] == nil else { return label }
          let near = NearestName.to(name, among: ways.keys.sorted()).map { "did you mean '\($0)'?" }
          throw mapping.mistake(word, "no way '\(name)' is described", mend: near ?? "describe it under 'ways'")
        }
        files[family] = yaml.file
      }
    }
    return ImageFamilyTable(ways: ways, families: families, files: files)
  }

  /// The tables of the folders, the first folder's over the others'; a folder without one adds nothing.
  static func read(folders: [String]) throws(FileMistake) -> ImageFamilyTable {
    var table = ImageFamilyTable()
    for folder in folders.reversed() {
      for file in YAMLFile.files(in: folder) where file.hasSuffix("/" + fileName) {
        table = try table.overlaid(by: YAMLFile.mapping(at: file))
      }
    }
    return table
  }

  private static func way(_ ways: FileMapping, _ name: String) throws(FileMistake) -> Way {
    guard let yaml = try ways.mapping(name) else {
      throw ways.mistake(name, "the way '\(name)' is empty", mend: "give it 'boot' and 'deploy'")
    }
    try yaml.refuseKeys(otherThan: ["boot", "deploy"])
    let way = Way(
      boot: try yaml.names("boot") { BootMethod(normalizing: $0) } ?? [],
      deploy: try yaml.names("deploy") { DeployMethod(normalizing: $0) } ?? [])
    guard !way.boot.isEmpty || !way.deploy.isEmpty else {
      throw ways.mistake(name, "the way '\(name)' asks for nothing", mend: "name its boot or deploy methods")
    }
    return way
  }
}
