internal import Matcher

extension BoardFacts {
  /// Two sources that say different things of one kind; the first is believed.
  public struct Disagreement: Hashable, Sendable, CustomStringConvertible {
    /// What they disagree on.
    public let kind: FactKind
    /// What is believed, and who says it.
    public let believed: String
    /// What the other says, and who that is.
    public let other: String
    /// Whether the first is there to override the second; else one of the two is a mistake.
    public let isOverride: Bool
    /// Whether it is the board's own registration that is believed.
    public let isOfRegistration: Bool

    /// One line.
    public var description: String { "\(kind.rawValue): \(believed); \(other)" }
  }

  /// Where a source says otherwise than the one that is believed.
  public var disagreements: [Disagreement] {
    FactKind.allCases.flatMap { kind -> [Disagreement] in
      guard let first = statements.firstIndex(where: { $0.knows(kind) }) else { return [] }
      let believed = statements[first]
      return statements[(first + 1)...].compactMap { other in
        guard let mine = believed.values(kind), let theirs = other.values(kind),
          let isOverride = Self.isOverride(kind, believed.source, Set(mine), other.source, Set(theirs))
        else { return nil }
        var isOfRegistration = false
        if case .registration = believed.source { isOfRegistration = true }
        return Disagreement(
          kind: kind, believed: Self.say(believed, mine), other: Self.say(other, theirs), isOverride: isOverride,
          isOfRegistration: isOfRegistration)
      }
    }
  }

  /// Nil when they do not disagree.
  private static func isOverride(
    _ kind: FactKind, _ mine: FactSource, _ believed: Set<String>, _ theirs: FactSource, _ other: Set<String>
  ) -> Bool? {
    if believed == other { return nil }
    // LAVA has room for one architecture; a list that has it among others does not contradict it.
    if theirs == .lavaType { return believed.isSuperset(of: other) ? nil : false }
    if mine == .lavaType { return believed.isSubset(of: other) }
    if case .dictionaryImplies = theirs { return believed.isSuperset(of: other) ? nil : true }
    guard theirs == .dictionary, mine.isOwn else { return true }
    // What LAVA renders is what LAVA can do: a job that goes another way fails.
    return switch kind {
    case .bootMethods, .deployMethods: believed.isSubset(of: other)
    case .architectures: !believed.isDisjoint(with: other)
    case .imageFamilies, .deviceTree: true
    }
  }

  private static func say(_ statement: Statement, _ values: [String]) -> String {
    "\(statement.source.words) says \(values.isEmpty ? "none" : values.joined(separator: " "))"
  }
}
