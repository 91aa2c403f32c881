/// How much of a rule's work goes into LAVA's queue, how often and when.
public struct RuleLimits: Hashable, Sendable {
  /// How many jobs of ours may be queued or running, counted over what, before the rule adds one; a scope that is
  /// absent has no limit.
  public var atOnce: [Scope: Int]
  /// A board gets no second job of the rule for the same line of builds within so many seconds; nil for no such limit.
  public var oncePer: Int?
  /// When jobs may be queued; empty for always.
  public var windows: [TimeWindow]
  /// What makes builds one line, beside their source: the names of properties.
  public var line: [String]
  /// What becomes of older work of the same line when a newer build arrives.
  public var newerBuild: NewerBuild

  /// No limits, unless given.
  public init(
    atOnce: [Scope: Int] = [:], oncePer: Int? = nil, windows: [TimeWindow] = [], line: [String] = ["branch"],
    newerBuild: NewerBuild = .keep
  ) {
    self.atOnce = atOnce
    self.oncePer = oncePer
    self.windows = windows
    self.line = line
    self.newerBuild = newerBuild
  }

  /// What a limit counts over.
  public enum Scope: String, Hashable, Sendable, CaseIterable {
    /// All our jobs on the board.
    case board
    /// All our jobs on boards of the device type.
    case deviceType = "device_type"
    /// The rule's jobs.
    case rule
    /// All our jobs for events of the source.
    case source
  }

  /// What a newer build does to older work of the rule for the same line and board.
  public enum NewerBuild: String, Hashable, Sendable, CaseIterable {
    /// Nothing.
    case keep
    /// What waits in our own table is superseded; what stands in LAVA's queue is LAVA's.
    case supersede
    /// The same, and what stands in LAVA's queue and was not started is cancelled through LAVA's own door.
    case cancel

    /// Whether what waits of older builds is given up.
    var endsWaiting: Bool { self != .keep }
  }

  /// Whether jobs may find their boards by a pool. A board of a pool may take a job while its own assignment still waits,
  /// so what counts jobs by board, or cancels single ones, needs jobs that are each for one board.
  var allowPools: Bool { atOnce.isEmpty && oncePer == nil && newerBuild != .cancel }

  /// The line a build belongs to: builds of one line follow each other.
  func line(source: String, properties: [String: String]) -> String {
    // Length before content, so that no two different lists of values make one text.
    ([source] + line.map { properties[$0] ?? "" }).map { "\($0.utf8.count):\($0)" }.joined(separator: " ")
  }
}
