internal import Foundation

extension TextPattern {
  /// What came of looking for parts of a value.
  enum Captures: Hashable {
    /// The first match: the whole, and what each named group took, empty ones left out.
    case found(whole: String, groups: [String: String])
    /// No part matches.
    case none
    /// The value is too long, or matching takes too long.
    case gaveUp
  }

  /// The names of the groups, in the order in which they are written.
  var groupNames: [String] {
    var names: [String] = []
    for part in text.components(separatedBy: "(?<").dropFirst() {
      // "(?<=" and "(?<!" look behind and take nothing.
      guard let end = part.firstIndex(of: ">"), let first = part.first, first.isLetter else { continue }
      names.append(String(part[..<end]))
    }
    return names
  }

  /// The first match in the value and its named groups; bounded as `finds(in:)` is.
  func captures(in value: String) -> Captures {
    let length = value.utf16.count
    guard length <= Self.longest, let expression = Self.compile(text) else { return .gaveUp }
    var reports = 0
    var found: NSTextCheckingResult?
    expression.enumerateMatches(in: value, options: .reportProgress, range: NSRange(location: 0, length: length)) {
      match, _, stop in
      if let match { found = match } else { reports += 1 }
      if found != nil || reports > Self.patience + length { stop.pointee = true }
    }
    guard let found else { return reports > Self.patience + length ? .gaveUp : .none }
    func part(_ range: NSRange) -> String? { Range(range, in: value).map { String(value[$0]) } }
    var groups: [String: String] = [:]
    for name in groupNames {
      if let text = part(found.range(withName: name)), !text.isEmpty { groups[name] = text }
    }
    return .found(whole: part(found.range) ?? "", groups: groups)
  }
}
