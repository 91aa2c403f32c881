import Foundation
internal import Matcher

extension BoardFile {
  private static let keys = [
    "board", "device_type", "worker", "tags", "description", "health", "capabilities", "dictionary", "dictionary_file",
  ]

  /// Reads a board from its mapping; a dictionary file is looked for beside the board's file.
  ///
  /// Throws `FileMistake` naming file and line.
  public init(_ yaml: FileMapping) throws(FileMistake) {
    try yaml.refuseKeys(otherThan: Self.keys)
    let hostname = try yaml.requiredString("board", mend: "name LAVA's device, for example 'board: qemu-01'")
    let path = URL(fileURLWithPath: yaml.file).resolvingSymlinksInPath().path
    let tags = try yaml.strings("tags").map(Set.init)
    if let tags, tags.contains("") { throw yaml.mistake("tags", "a tag is empty") }
    if let tags, tags.contains(BoardTag.name(for: hostname)) {
      throw yaml.mistake(
        "tags", "'\(BoardTag.name(for: hostname))' is the tag by which Boardcast names this board in jobs",
        mend: "leave it out, Boardcast keeps it")
    }
    if let tag = tags?.sorted().first(where: PoolTag.isOne) {
      throw yaml.mistake(
        "tags", "'\(tag)' is a tag by which Boardcast's jobs find boards", mend: "leave it out, Boardcast keeps it")
    }
    let description = try yaml.string("description")
    if let description, description.contains("\0") { throw yaml.mistake("description", "it holds a NUL character") }
    self.init(
      hostname: hostname, deviceType: try Self.word(yaml, "device_type"), worker: try Self.word(yaml, "worker"),
      tags: tags, description: description, health: try Self.health(yaml),
      capabilities: try yaml.mapping("capabilities").map { mapping throws(FileMistake) in
        try RegisteredCapabilities(mapping)
      },
      dictionary: try Self.dictionary(yaml),
      place: Place(
        file: path, given: yaml.file, line: yaml.keys.contains("board") ? yaml.line(of: "board") : yaml.line,
        lines: Dictionary(yaml.keys.map { ($0, yaml.line(of: $0)) }, uniquingKeysWith: { first, _ in first })))
  }

  private static func word(_ yaml: FileMapping, _ key: String) throws(FileMistake) -> String? {
    guard let word = try yaml.string(key) else { return nil }
    guard !word.isEmpty else { throw yaml.mistake(key, "'\(key)' is empty", mend: "leave the key out, or name one") }
    return word
  }

  private static func health(_ yaml: FileMapping) throws(FileMistake) -> InitialHealth {
    guard let word = try yaml.string("health") else { return .unknown }
    guard let health = InitialHealth(rawValue: word.lowercased()) else {
      throw yaml.mistake(
        "health", "'\(word)' is no health a new device can have",
        mend: "use one of \(InitialHealth.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return health
  }

  private static func dictionary(_ yaml: FileMapping) throws(FileMistake) -> DictionaryText? {
    let text: String
    let key: String
    if let inline = try yaml.string("dictionary") {
      guard try yaml.string("dictionary_file") == nil else {
        throw yaml.mistake("dictionary_file", "there is a 'dictionary' too", mend: "keep one of them")
      }
      (text, key) = (inline, "dictionary")
    } else if let name = try yaml.string("dictionary_file") {
      let folder = URL(fileURLWithPath: yaml.file).deletingLastPathComponent()
      let path = name.hasPrefix("/") ? name : folder.appendingPathComponent(name).relativePath
      do {
        (text, key) = (try YAMLFile.text(at: path), "dictionary_file")
      } catch {
        throw yaml.mistake("dictionary_file", "\(path): \(error.message)", mend: error.mend)
      }
    } else {
      return nil
    }
    guard text.contains(where: { !$0.isWhitespace }) else {
      throw yaml.mistake(key, "the dictionary is empty", mend: "start it with {% extends 'TEMPLATE.jinja2' %}")
    }
    if text.contains("\0") { throw yaml.mistake(key, "the dictionary holds a NUL character") }
    return DictionaryText(text)
  }
}
