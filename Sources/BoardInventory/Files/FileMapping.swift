internal import Matcher
internal import Yams

/// A mapping in a file people write, read key by key; every mistake names file and line.
public struct FileMapping {
  /// The file's path as it was given.
  public let file: String
  /// The line where the mapping starts, counted from 1.
  public let line: Int
  private let mapping: Node.Mapping

  init(file: String, line: Int, mapping: Node.Mapping) {
    self.file = file
    self.line = line
    self.mapping = mapping
  }

  /// The keys in the order of the file.
  public var keys: [String] { mapping.keys.compactMap(\.scalar?.string) }

  /// The line of a key, counted from 1; the mapping's own line for a key that is not there.
  public func line(of key: String) -> Int {
    mapping.keys.first { $0.scalar?.string == key }?.mark?.line ?? line
  }

  /// A mistake at the line of a key.
  public func mistake(_ key: String, _ message: String, mend: String? = nil) -> FileMistake {
    FileMistake(file: file, line: line(of: key), message: message, mend: mend)
  }

  /// Refuses every key that is not among the given ones, naming the one that was probably meant.
  public func refuseKeys(otherThan known: [String]) throws(FileMistake) {
    for key in mapping.keys {
      guard let word = key.scalar?.string else {
        throw FileMistake(file: file, line: key.mark?.line, message: "a key must be a word")
      }
      guard known.contains(word) else {
        let mend = NearestName.to(word, among: known).map { "did you mean '\($0)'?" }
        throw FileMistake(
          file: file, line: key.mark?.line, message: "unknown key '\(word)'",
          mend: mend ?? "the keys are \(known.joined(separator: ", "))")
      }
    }
  }

  /// The text of a scalar; nil when the key is absent or its value is null.
  public func string(_ key: String) throws(FileMistake) -> String? {
    guard let node = value(key) else { return nil }
    guard case .scalar(let scalar) = node else { throw mistake(key, "'\(key)' must be a word or a text") }
    return scalar.string
  }

  /// The text of a scalar that must be there and not be empty.
  public func requiredString(_ key: String, mend: String? = nil) throws(FileMistake) -> String {
    guard let text = try string(key), !text.isEmpty else { throw mistake(key, "'\(key)' is missing", mend: mend) }
    return text
  }

  /// One scalar or a sequence of scalars, as a list; nil when absent.
  public func strings(_ key: String) throws(FileMistake) -> [String]? {
    switch value(key) {
    case nil: return nil
    case .scalar(let scalar): return [scalar.string]
    case .sequence(let sequence):
      var texts: [String] = []
      for node in sequence {
        guard case .scalar(let scalar) = node else { throw mistake(key, "'\(key)' must be a list of words") }
        texts.append(scalar.string)
      }
      return texts
    default: throw mistake(key, "'\(key)' must be a word or a list of words")
    }
  }

  /// Names that a table knows, one or a list; nil when absent. A word that is none is refused, with the known name that
  /// was probably meant.
  public func names<Name: Hashable>(
    _ key: String, known: [String] = [], read: (String) -> Name?
  ) throws(FileMistake) -> Set<Name>? {
    guard let words = try strings(key) else { return nil }
    var names: Set<Name> = []
    for word in words {
      guard let name = read(word) else {
        let mend = NearestName.to(word, among: known).map { "did you mean '\($0)'?" }
        throw mistake(key, "'\(word)' in '\(key)' is no name anybody knows", mend: mend)
      }
      names.insert(name)
    }
    return names
  }

  /// A whole number; nil when absent.
  public func integer(_ key: String) throws(FileMistake) -> Int? {
    guard let text = try string(key) else { return nil }
    guard let number = Int(text) else { throw mistake(key, "'\(key)' must be a whole number, not '\(text)'") }
    return number
  }

  /// Whether the value of a key is a list.
  public func holdsSequence(_ key: String) -> Bool { value(key)?.sequence != nil }

  /// Whether the value of a key is a mapping.
  public func holdsMapping(_ key: String) -> Bool { value(key)?.mapping != nil }

  /// A nested mapping; nil when absent.
  public func mapping(_ key: String) throws(FileMistake) -> FileMapping? {
    guard let node = value(key) else { return nil }
    guard case .mapping(let nested) = node else { throw mistake(key, "'\(key)' must be a mapping of keys to values") }
    return FileMapping(file: file, line: nested.mark?.line ?? line(of: key), mapping: nested)
  }

  /// A sequence of mappings; nil when absent.
  public func mappings(_ key: String) throws(FileMistake) -> [FileMapping]? {
    guard let node = value(key) else { return nil }
    guard case .sequence(let sequence) = node else { throw mistake(key, "'\(key)' must be a list") }
    var mappings: [FileMapping] = []
    for node in sequence {
      guard case .mapping(let nested) = node else {
        throw FileMistake(
          file: file, line: node.mark?.line ?? line(of: key),
          message: "each of '\(key)' must be a mapping of keys to values")
      }
      mappings.append(FileMapping(file: file, line: nested.mark?.line ?? line(of: key), mapping: nested))
    }
    return mappings
  }

  /// One word, or a list of words and mappings; nil when absent.
  public func items(_ key: String) throws(FileMistake) -> [Item]? {
    let nodes: [Node]
    switch value(key) {
    case nil: return nil
    case .scalar(let scalar): return [.word(scalar.string)]
    case .sequence(let sequence): nodes = Array(sequence)
    default: throw mistake(key, "'\(key)' must be a word or a list of words and mappings")
    }
    var items: [Item] = []
    for node in nodes {
      switch node {
      case .scalar(let scalar): items.append(.word(scalar.string))
      case .mapping(let nested):
        items.append(
          .mapping(FileMapping(file: file, line: nested.mark?.line ?? line(of: key), mapping: nested)))
      default: throw mistake(key, "'\(key)' must be a list of words and mappings")
      }
    }
    return items
  }

  /// One of a list of words and mappings.
  public enum Item {
    /// A word.
    case word(String)
    /// A mapping.
    case mapping(FileMapping)
  }

  private func value(_ key: String) -> Node? {
    guard let node = mapping.first(where: { $0.key.scalar?.string == key })?.value else { return nil }
    return node.tag == Tag(.null) ? nil : node
  }
}
