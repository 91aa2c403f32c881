internal import Yams

extension YAMLFile {
  /// Stands before the names of keys that do not count: a character for private use, which no name of LAVA's has.
  static let uncounted = "\u{E000}"
  /// More keys than this that stand twice are refused.
  private static let mostRepeatedKeys = 100

  /// Reads text that people did not write, as PyYAML reads it: of a key that stands twice the last one counts
  /// (yaml/constructor.py:construct_mapping). LAVA's own templates render such mappings.
  ///
  /// Those that do not count are left in the mapping under names that begin with `uncounted`.
  ///
  /// Throws `FileMistake` as `mapping(text:file:)` for everything else.
  static func mappingLastKeyWins(text: String, file: String) throws(FileMistake) -> FileMapping {
    var text = text
    for number in 0..<mostRepeatedKeys {
      guard let mark = repeatedKey(in: text) else { break }
      // Yams refuses such a mapping and says where the key stands first: that one gets a name of its own.
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      guard lines.indices.contains(mark.line - 1) else { break }
      var line = Array(lines[mark.line - 1].unicodeScalars)
      line.insert(contentsOf: "\(uncounted)\(number)".unicodeScalars, at: min(max(mark.column - 1, 0), line.count))
      var changed = String.UnicodeScalarView()
      changed.append(contentsOf: line)
      lines[mark.line - 1] = String(changed)
      text = lines.joined(separator: "\n")
    }
    return try mapping(text: text, file: file)
  }

  /// Where the first of a mapping's repeated keys stands; nil when there are none, or the text is no YAML.
  private static func repeatedKey(in text: String) -> Mark? {
    do {
      _ = try compose(yaml: text)
      return nil
    } catch YamlError.duplicatedKeysInMapping(_, let context) {
      return context.mark
    } catch {
      return nil
    }
  }
}
