/// The answer for one board and one set of requirements: yes, or every reason against it.
public struct Verdict: Hashable, Sendable {
  /// Reasons that no waiting removes, in the order in which they were examined. Empty means the board is compatible.
  public let mismatches: [Reason]
  /// What keeps the board from taking a job right now.
  public let availability: Availability

  /// A verdict from its two halves.
  public init(mismatches: [Reason], availability: Availability) {
    self.mismatches = mismatches
    self.availability = availability
  }

  /// Whether the board can run the artifact, now or later.
  public var isCompatible: Bool { mismatches.isEmpty && availability.kind != .gone }

  /// Every reason, the lasting ones first. Empty means yes, now.
  public var reasons: [Reason] { mismatches + availability.facts.map(Reason.init) }

  /// For a board that gets nothing now: whether waiting could change that.
  public var waitingHelps: Bool { isCompatible && !availability.facts.isEmpty }
}
