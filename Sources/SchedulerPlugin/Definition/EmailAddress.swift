import Foundation

/// Which email addresses LAVA takes: `validate_email` of the Django it comes with.
enum EmailAddress {
  enum Verdict: Hashable, Sendable {
    case good
    case bad
    /// Whether LAVA takes it depends on its release.
    case domainNotASCII
  }

  /// - Parameter rules: 2023.01 comes with Django 3.2, 2026.10 with 5.2, whose last label of a domain has no digits.
  static func verdict(on text: String, _ rules: SubmissionRules) -> Verdict {
    guard text.unicodeScalars.count <= 320, let at = text.unicodeScalars.lastIndex(of: "@") else { return .bad }
    let user = String(text.unicodeScalars[..<at])
    let domain = String(text.unicodeScalars[text.unicodeScalars.index(after: at)...])
    guard isDotAtom(user) || isQuoted(user) else { return .bad }
    if domain == "localhost" { return .good }
    guard domain.utf8.allSatisfy({ $0 < 0x80 }) else { return .domainNotASCII }
    return isDomain(domain, rules) || isLiteral(domain) ? .good : .bad
  }

  private static func isDotAtom(_ user: String) -> Bool {
    user.wholeMatch(of: #/[-!\#$%&'*+\/=?^_`{}|~0-9A-Za-z]+(?:\.[-!\#$%&'*+\/=?^_`{}|~0-9A-Za-z]+)*/#) != nil
  }

  /// Between double quotes: no blank and no line feed, unless behind a backslash.
  private static func isQuoted(_ user: String) -> Bool {
    let bytes = Array(user.utf8)
    guard bytes.count >= 2, bytes.first == 34, bytes.last == 34 else { return false }
    var place = 1
    while place < bytes.count - 1 {
      switch bytes[place] {
      case 92:
        place += 1
        guard place < bytes.count - 1 else { return false }
        switch bytes[place] {
        case 1...9, 11, 12, 14...127: place += 1
        default: return false
        }
      case 1...8, 11, 12, 14...31, 33, 35...91, 93...127: place += 1
      default: return false
      }
    }
    return true
  }

  private static func isDomain(_ domain: String, _ rules: SubmissionRules) -> Bool {
    let labels = domain.lowercased().split(separator: ".", omittingEmptySubsequences: false)
    guard labels.count > 1, let last = labels.last, !last.hasSuffix("-") else { return false }
    let isInner = labels.dropLast().allSatisfy { label in
      (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
        && label.utf8.allSatisfy(isLetterDigitOrDash)
    }
    guard isInner, last.utf8.allSatisfy(isLetterDigitOrDash) else { return false }
    switch rules {
    case .lava2023_01: return (2...63).contains(last.utf8.count)
    case .lava2026_10:
      guard !last.hasPrefix("-") else { return false }
      if last.hasPrefix("xn--"), (5...63).contains(last.utf8.count) { return true }
      return (2...63).contains(last.utf8.count) && !last.utf8.contains { (48...57).contains($0) }
    }
  }

  private static func isLetterDigitOrDash(_ byte: UInt8) -> Bool {
    (97...122).contains(byte) || (48...57).contains(byte) || byte == 45
  }

  /// `[127.0.0.1]`, `[::1]`.
  private static func isLiteral(_ domain: String) -> Bool {
    guard domain.hasPrefix("["), domain.hasSuffix("]"), domain.utf8.count > 2 else { return false }
    let address = String(domain.dropFirst().dropLast())
    guard address.wholeMatch(of: /[A-Fa-f0-9:.]+/) != nil else { return false }
    var place = in6_addr()
    return inet_pton(AF_INET, address, &place) == 1 || inet_pton(AF_INET6, address, &place) == 1
  }
}
