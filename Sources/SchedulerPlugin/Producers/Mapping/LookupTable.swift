import Matcher

/// A table from a producer's word to a lab's, such as hardware packs to device types. Spelling drifts, so case does not
/// matter and `_`, `-` and `.` are one character; nothing is guessed by the beginning of a word.
struct LookupTable: Hashable, Sendable {
  /// Its name; nil for one that stands in the mapping itself.
  let name: String?
  private let entries: [DeviceTypeName: [String]]

  init(name: String?, entries: [String: [String]]) {
    self.name = name
    self.entries = Dictionary(entries.map { (DeviceTypeName($0.key), $0.value) }) { first, _ in first }
  }

  /// What stands for a word; nil where the table has nothing.
  subscript(word: String) -> [String]? { entries[DeviceTypeName(word)] }

  /// The table in words.
  var description: String { name.map { "the table \($0)" } ?? "the table in the mapping" }

  /// The word the table has that was probably meant.
  func nearest(to word: String) -> String? { NearestName.to(word, among: entries.keys.map(\.name)) }
}
