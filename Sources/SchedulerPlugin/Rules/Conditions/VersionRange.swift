/// Bounds of a version, all of which must hold: `>=6.1 <6.6`.
public struct VersionRange: Hashable, Sendable, CustomStringConvertible {
  private enum Operator: String, CaseIterable, Hashable {
    case atLeast = ">="
    case atMost = "<="
    case isNot = "!="
    case after = ">"
    case before = "<"
    case equal = "="
  }

  private struct Bound: Hashable, Sendable {
    let relation: Operator
    let version: Version
    let word: String

    func holds(_ other: Version) -> Bool {
      switch relation {
      case .atLeast: other >= version
      case .atMost: other <= version
      case .isNot: other != version
      case .after: other > version
      case .before: other < version
      case .equal: other == version
      }
    }
  }

  /// Why a text is no range.
  struct Unusable: Error, Hashable {
    let message: String
    let mend: String
  }

  private let bounds: [Bound]

  /// The range as written, between single spaces.
  public let description: String

  /// Whether a text looks like a range and not like a version.
  static func looksLikeOne(_ text: String) -> Bool {
    Operator.allCases.contains { text.hasPrefix($0.rawValue) }
  }

  /// Reads bounds between spaces or commas. Throws `Unusable` for what is none, and for bounds nothing can meet.
  init(_ text: String) throws(Unusable) {
    var bounds: [Bound] = []
    for word in text.split(whereSeparator: { $0 == " " || $0 == "," }) {
      guard let relation = Operator.allCases.first(where: { word.hasPrefix($0.rawValue) }),
        let version = Version(String(word.dropFirst(relation.rawValue.count)))
      else {
        throw Unusable(message: "'\(word)' is no bound of a version", mend: "write for example '>=6.1 <6.6'")
      }
      bounds.append(Bound(relation: relation, version: version, word: String(word)))
    }
    guard !bounds.isEmpty else {
      throw Unusable(message: "the range of versions is empty", mend: "write for example '>=6.1 <6.6'")
    }
    self.bounds = bounds
    description = bounds.map(\.word).joined(separator: " ")
    guard isPossible else {
      throw Unusable(message: "no version is '\(description)'", mend: "look at the bounds again")
    }
  }

  /// Whether the version meets all bounds.
  public func contains(_ version: Version) -> Bool { bounds.allSatisfy { $0.holds(version) } }

  /// Some version within; nil when none of the bounds' own is, nor one just after.
  var example: String? {
    for bound in bounds {
      let word = String(bound.word.dropFirst(bound.relation.rawValue.count))
      for candidate in [word, word + ".0.1", "0"] {
        if let version = Version(candidate), contains(version) { return candidate }
      }
    }
    return nil
  }

  private var isPossible: Bool {
    func list(_ relations: [Operator]) -> [Version] { bounds.filter { relations.contains($0.relation) }.map(\.version) }
    if let exact = list([.equal]).first { return contains(exact) }
    guard let low = list([.atLeast, .after]).max(), let high = list([.atMost, .before]).min() else { return true }
    return low < high || (low == high && contains(low))
  }
}
