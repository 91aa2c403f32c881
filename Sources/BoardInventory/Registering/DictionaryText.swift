/// A device dictionary's text. It may hold passwords of power switches, so it never shows itself by accident.
public struct DictionaryText: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  /// The text as LAVA reads it.
  public let text: String

  /// A dictionary of a text.
  public init(_ text: String) { self.text = text }

  /// SHA-256 in hex.
  public var digest: String { Digest.of(text) }

  /// How many lines it has.
  public var lineCount: Int { lines.count }

  var lines: [Substring] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  /// How much of it there is, and nothing of it.
  public var description: String { lineCount == 1 ? "1 line" : "\(lineCount) lines" }

  /// The same.
  public var debugDescription: String { description }

  /// The template it extends, as it is written there (`qemu.jinja2`); nil when it extends none.
  public var template: String? {
    text.firstMatch(of: #/\{%-?\s*extends\s+["']([^"']+)["']/#).map { String($0.output.1) }
  }

  /// Whether `lava-server manage sync` takes boards with this dictionary for its own.
  public var isForSync: Bool { text.firstMatch(of: #/\{%-?\s*set\s+sync_to_lava\b/#) != nil }

  /// How many lines somebody sees changed, and the change as `-` and `+` lines in the order of the new text.
  func difference(from old: DictionaryText) -> (count: Int, lines: [String]) {
    let (before, after) = (old.lines, lines)
    let difference = after.difference(from: before)
    let removed = Set(difference.removals.map { change in if case .remove(let at, _, _) = change { at } else { -1 } })
    let added = Set(difference.insertions.map { change in if case .insert(let at, _, _) = change { at } else { -1 } })
    var shown: [String] = []
    var (i, j) = (0, 0)
    while i < before.count || j < after.count {
      if i < before.count, removed.contains(i) {
        shown.append("-\(before[i])")
        i += 1
      } else if j < after.count, added.contains(j) {
        shown.append("+\(after[j])")
        j += 1
      } else {
        i += 1
        j += 1
      }
    }
    // Texts can differ in the last newline alone.
    return (max(removed.count, added.count, 1), shown)
  }
}
