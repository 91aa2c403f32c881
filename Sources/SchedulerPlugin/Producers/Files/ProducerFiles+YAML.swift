import BoardInventory
import BuildEvents
import Foundation
import Matcher

extension ProducerFiles.Document {
  /// Reads a file: it holds `source`, `table` or, alone, `producer`.
  init(_ yaml: FileMapping, tables: [LookupTable]) throws(FileMistake) {
    if yaml.keys.contains("table") {
      self = .table(try LookupTable(yaml))
    } else if yaml.keys.contains("source") {
      self = .source(try ProducerSource(yaml, tables: tables))
    } else {
      self = .defaults(try ProducerDefaults(yaml, tables: tables))
    }
  }
}

extension ProducerDefaults {
  fileprivate init(_ yaml: FileMapping, tables: [LookupTable]) throws(FileMistake) {
    try yaml.refuseKeys(otherThan: ["producer", "description", "map"])
    producer = try yaml.producer()
    summary = try yaml.string("description") ?? ""
    map = try FieldMap(try yaml.mapping("map"), tables: tables)
    file = yaml.file
  }
}

extension ProducerSource {
  fileprivate init(_ yaml: FileMapping, tables: [LookupTable]) throws(FileMistake) {
    try yaml.refuseKeys(
      otherThan: [
        "source", "producer", "description", "user", "secret_file", "auth", "builds", "map", "limits", "callback",
        "callback_secret_file", "accept_unstable",
        "pull", "watch", "pairing",
      ])
    name = try yaml.requiredString("source")
    let isWord = name.utf8.allSatisfy { byte in
      (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x5F
    }
    guard isWord, name.utf8.count <= 50 else {
      throw yaml.mistake(
        "source", "the source's name '\(name)' is no lower-case word",
        mend: "use letters, digits, '-' and '_', 50 at most")
    }
    producer = try yaml.producer()
    summary = try yaml.string("description") ?? ""
    user = try yaml.requiredString("user", mend: "name the LAVA user its jobs shall belong to")
    let folder = URL(fileURLWithPath: yaml.file).deletingLastPathComponent().path
    fetch = try FetchSettings.all(yaml, producer: producer, name: name, folder: folder)
    pairing = try PairingSettings(yaml, producer: producer, tables: tables)
    if fetch.isEmpty || yaml.keys.contains("secret_file") {
      let written = try yaml.requiredString("secret_file", mend: "name the file that holds the source's secret")
      secretFile = written.hasPrefix("/") ? written : folder + "/" + written
    }
    let usual = Producers.named(producer)?.scheme ?? .token
    if let word = try yaml.string("auth") {
      guard let scheme = DoorScheme(rawValue: word) else {
        throw yaml.mistake(
          "auth", "'\(word)' is no way to prove a message",
          mend: "use one of \(DoorScheme.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      self.scheme = scheme
    } else {
      scheme = usual
    }
    var builds: [BuildMapping] = []
    for build in try yaml.mappings("builds") ?? [] { builds.append(try BuildMapping(build, tables: tables)) }
    self.builds = builds
    map = try FieldMap(try yaml.mapping("map"), tables: tables)
    limits = try SourceLimits(try yaml.mapping("limits"), of: "\(producer)/\(name)")
    guard limits.sources == nil else {
      throw yaml.mistake(
        "limits", "the source of its events is always \(producer):\(name)", mend: "leave 'sources' out")
    }
    callback = try SourceCallback(yaml)
    options = try ProducerOptions(yaml, producer: producer)
    file = yaml.file
    if let secretFile, secrets == nil {
      let exists = FileManager.default.fileExists(atPath: secretFile)
      throw yaml.mistake(
        "secret_file", "\(secretFile) \(exists ? "cannot be read or holds no secret" : "is not there")",
        mend: "write the secret into it, one a line, readable for boardcast alone")
    }
  }
}

extension PairingSettings {
  /// Reads `pairing` of a source; nil where there is none.
  fileprivate init?(_ yaml: FileMapping, producer: String, tables: [LookupTable]) throws(FileMistake) {
    guard let pairing = try yaml.mapping("pairing") else { return nil }
    guard producer == "offspring" else {
      throw yaml.mistake("pairing", "'pairing' is for the producer offspring", mend: "take it out")
    }
    try pairing.refuseKeys(otherThan: ["images", "hwpacks", "boards"])
    let name = try pairing.string("boards") ?? "linaro-hwpack-boards"
    guard let table = tables.first(where: { $0.name == name }) else {
      throw pairing.mistake("boards", "there is no table '\(name)'", mend: "make one, or take the shipped one")
    }
    self.init(boards: table)
    images = try pairing.strings("images") ?? images
    if let words = try pairing.strings("hwpacks") { packs = words.map(GlobPattern.init) }
  }
}

extension FileMapping {
  fileprivate func producer() throws(FileMistake) -> String {
    let name = try requiredString(
      "producer", mend: "a file holds a source, a table, or a producer's defaults; name the producer")
    guard Producers.named(name) != nil else {
      let near = NearestName.to(name, among: Producers.names).map { "did you mean '\($0)'?" }
      throw mistake(
        "producer", "there is no producer '\(name)'",
        mend: near ?? "use one of \(Producers.names.joined(separator: ", "))")
    }
    return name
  }

  fileprivate func place(_ key: String) -> String { "\(file):\(line(of: key))" }

  fileprivate func path(_ key: String, _ text: String) throws(FileMistake) -> FieldPath {
    guard let path = FieldPath(text) else {
      throw mistake(key, "'\(text)' is no path of a field", mend: "write for example build.parameters.MACHINE")
    }
    return path
  }

  fileprivate func pattern(_ key: String) throws(FileMistake) -> TextPattern? {
    guard let text = try string(key) else { return nil }
    do throws(TextPattern.Unusable) {
      return try TextPattern(text)
    } catch {
      throw mistake(key, error.message, mend: error.mend)
    }
  }
}

extension BuildMapping {
  fileprivate init(_ yaml: FileMapping, tables: [LookupTable]) throws(FileMistake) {
    try yaml.refuseKeys(otherThan: ["when", "capture", "ignore", "map"])
    place = "\(yaml.file):\(yaml.line)"
    if let when = try yaml.mapping("when") {
      for key in when.keys {
        let tests = try FieldTest.list(when, key, .property(key))
        conditions.append(Condition(path: try when.path(key, key), tests: tests))
      }
    }
    if let capture = try yaml.mapping("capture") {
      for key in capture.keys {
        guard let pattern = try capture.pattern(key) else { continue }
        guard !pattern.groupNames.isEmpty else {
          throw capture.mistake(key, "the expression names no group", mend: "write for example '^oe-(?<machine>.+)$'")
        }
        captures.append(Capture(path: try capture.path(key, key), pattern: pattern))
      }
    }
    ignore = try yaml.string("ignore")
    map = try FieldMap(try yaml.mapping("map"), tables: tables)
    guard ignore == nil || !yaml.keys.contains("map") else {
      throw yaml.mistake("ignore", "'ignore' stands beside 'map'", mend: "keep one of them")
    }
  }
}

extension FieldMap {
  fileprivate init(_ yaml: FileMapping?, tables: [LookupTable]) throws(FileMistake) {
    guard let yaml else { return }
    let names = Self.words + Self.lists
    try yaml.refuseKeys(otherThan: names + ["images", "properties"])
    for key in yaml.keys where names.contains(key) {
      fields[key] = try Derivation(yaml, key, tables: tables, isImage: false)
    }
    if let roles = try yaml.mapping("images") {
      for role in roles.keys { images[role] = try Derivation(roles, role, tables: tables, isImage: true) }
    }
    if let named = try yaml.mapping("properties") {
      for key in named.keys { properties[key] = try Derivation(named, key, tables: tables, isImage: false) }
    }
  }
}

extension Derivation {
  private static let origins = ["value", "field", "file", "url", "text"]

  fileprivate init(_ yaml: FileMapping, _ key: String, tables: [LookupTable], isImage: Bool) throws(FileMistake) {
    place = yaml.place(key)
    guard yaml.holdsMapping(key), let inner = try yaml.mapping(key) else {
      guard let words = try yaml.strings(key), !words.isEmpty else {
        throw yaml.mistake(key, "'\(key)' has no value", mend: "give a word, or say where it comes from")
      }
      origin = .fixed(words)
      return
    }
    try inner.refuseKeys(
      otherThan: Self.origins + ["regex", "group", "table", "default"] + (isImage ? ["compression", "archive"] : []))
    let given = inner.keys.filter(Self.origins.contains)
    guard given.count == 1, let kind = given.first else {
      throw yaml.mistake(
        key, "'\(key)' needs one of \(Self.origins.joined(separator: ", "))", mend: "for example 'field: build.name'")
    }
    origin = try Self.origin(inner, kind)
    pattern = try inner.pattern("regex")
    group = try inner.string("group")
    if let group, pattern?.groupNames.contains(group) != true {
      throw inner.mistake("group", "the expression has no group '\(group)'", mend: "write (?<\(group)>…) in 'regex'")
    }
    if group == nil, let names = pattern?.groupNames, names.count > 1 {
      throw inner.mistake("regex", "the expression names several groups", mend: "say which by 'group'")
    }
    table = try Self.table(inner, tables)
    fallback = try inner.strings("default")
    compression = try inner.string("compression")
    archive = try inner.string("archive")
  }

  private static func origin(_ yaml: FileMapping, _ kind: String) throws(FileMistake) -> Origin {
    let words = try yaml.strings(kind) ?? []
    guard let first = words.first, kind == "value" || kind == "field" || kind == "file" || words.count == 1 else {
      throw yaml.mistake(kind, "'\(kind)' must be a text", mend: "write one text")
    }
    switch kind {
    case "value": return .fixed(words)
    case "file": return .file(words.map(GlobPattern.init))
    case "field":
      var paths: [FieldPath] = []
      for word in words { paths.append(try yaml.path(kind, word)) }
      return .field(paths)
    default:
      guard let composition = Composition(first) else {
        throw yaml.mistake(kind, "'\(first)' has a brace too many or an empty one", mend: "write {path.of.field}")
      }
      return .composed(composition, isURL: kind == "url")
    }
  }

  private static func table(_ yaml: FileMapping, _ tables: [LookupTable]) throws(FileMistake) -> LookupTable? {
    if yaml.holdsMapping("table"), let inner = try yaml.mapping("table") {
      return LookupTable(name: nil, entries: try LookupTable.entries(inner))
    }
    guard let name = try yaml.string("table") else { return nil }
    guard let table = tables.first(where: { $0.name == name }) else {
      let names = tables.compactMap(\.name)
      throw yaml.mistake(
        "table", "there is no table '\(name)'",
        mend: NearestName.to(name, among: names).map { "did you mean '\($0)'?" }
          ?? (names.isEmpty ? nil : "the tables are \(names.sorted().joined(separator: ", "))"))
    }
    return table
  }
}

extension LookupTable {
  fileprivate init(_ yaml: FileMapping) throws(FileMistake) {
    try yaml.refuseKeys(otherThan: ["table", "description", "entries"])
    let name = try yaml.requiredString("table")
    guard let entries = try yaml.mapping("entries") else {
      throw yaml.mistake("table", "'entries' is missing", mend: "write 'entries: {WORD: VALUE}'")
    }
    self.init(name: name, entries: try Self.entries(entries))
  }

  fileprivate static func entries(_ yaml: FileMapping) throws(FileMistake) -> [String: [String]] {
    var entries: [String: [String]] = [:]
    var seen: [DeviceTypeName: String] = [:]
    for key in yaml.keys {
      if let other = seen.updateValue(key, forKey: DeviceTypeName(key)) {
        throw yaml.mistake(key, "'\(key)' and '\(other)' are the same word", mend: "keep one of them")
      }
      entries[key] = try yaml.strings(key) ?? []
    }
    return entries
  }
}
