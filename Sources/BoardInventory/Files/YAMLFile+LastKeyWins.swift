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
      do {
        return try mapping(text: text, file: file)
      } catch {
        // Yams refuses a mapping with a repeated key and says where it stands first: that one gets a name of its own.
        guard let mark = error.repeatedKey, let renamed = renaming(text, at: mark, number) else { throw error }
        text = renamed
      }
    }
    return try mapping(text: text, file: file)
  }

  /// The text with a mark before the character at a place; nil for a place that is not there.
  private static func renaming(_ text: String, at place: FileMistake.Place, _ number: Int) -> String? {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.indices.contains(place.line - 1) else { return nil }
    var line = Array(lines[place.line - 1].unicodeScalars)
    guard 0...line.count ~= place.column - 1 else { return nil }
    line.insert(contentsOf: "\(uncounted)\(number)".unicodeScalars, at: place.column - 1)
    var changed = String.UnicodeScalarView()
    changed.append(contentsOf: line)
    lines[place.line - 1] = String(changed)
    return lines.joined(separator: "\n")
  }
}
