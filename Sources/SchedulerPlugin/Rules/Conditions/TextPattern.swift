internal import Foundation

/// A regular expression (ICU's syntax) that may not take for ever: matching is given up after a fixed number of steps,
/// the same on every machine, because some expressions take exponential time on texts that outsiders choose.
public struct TextPattern: Hashable, Sendable {
  /// The expression as written.
  public let text: String

  /// Why a text is no usable expression.
  struct Unusable: Error, Hashable {
    let message: String
    let mend: String
  }

  /// Progress reports of ICU that one match may take, beside one for each place in the text where it looks: each is
  /// about 10,000 steps or 0.15 ms.
  static let patience = 200
  /// A longer value is not looked at, in UTF-16 units.
  static let longest = 4096

  /// Compiles and tries the expression. Throws `Unusable` for what is none, or takes too long on a few simple texts.
  init(_ text: String) throws(Unusable) {
    self.text = text
    guard Self.compile(text) != nil else {
      throw Unusable(
        message: "'\(text)' is no regular expression", mend: "write for example '^v[0-9]+$', in single quotes")
    }
    // Repetition inside repetition shows on a long run of a character that the inner one takes.
    let runs = Set("a0x. -_/").union(text.filter { $0.isLetter || $0.isNumber }).sorted()
    for character in runs where finds(in: String(repeating: character, count: 200) + "\n\u{1}") == nil {
      throw Unusable(
        message: "the regular expression '\(text)' takes for ever on some texts",
        mend: "put no repetition inside a repetition, as in (a+)+")
    }
  }

  /// Whether some part of the value matches; nil when the value is too long or matching takes too long.
  func finds(in value: String) -> Bool? {
    let length = value.utf16.count
    guard length <= Self.longest, let expression = Self.compile(text) else { return nil }
    var reports = 0
    var found = false
    expression.enumerateMatches(in: value, options: .reportProgress, range: NSRange(location: 0, length: length)) {
      match, _, stop in
      if match != nil { found = true } else { reports += 1 }
      if found || reports > Self.patience + length { stop.pointee = true }
    }
    if found { return true }
    return reports > Self.patience + length ? nil : false
  }

  static func compile(_ text: String) -> NSRegularExpression? { try? NSRegularExpression(pattern: text) }
}
