public import Matcher

/// How a rule wants an artifact tested: where, with which job, and within which limits.
public struct TestPlan: Hashable, Sendable {
  /// Which of the boards that can run the artifact get a job.
  public var target: Target
  /// What the rule demands of boards, beyond what the artifact itself demands.
  public var narrowing: Requirements
  /// The boards the rule is for; nil is for all.
  public var only: BoardFilter?
  /// The boards the rule leaves out; nil leaves none out.
  public var excluding: BoardFilter?
  /// The job template: a file `NAME.yaml`, or a folder `NAME/` in which the board's boot method picks the file.
  public var template: String
  /// LAVA's priority of the jobs, 0 (low) to 100 (high); 50 is medium.
  public var priority: Int
  /// Who may see the jobs.
  public var visibility: Visibility
  /// Values the template may use as `rule.parameters.KEY`.
  public var parameters: [String: String]
  /// The names of the test definitions the job runs, for templates that take them from `rule.tests`.
  public var tests: [String]
  /// Test definitions out of git repositories, which run after those.
  public var gitTests: [GitTests]
  /// Tags the jobs ask for; only boards that carry all of them are compatible.
  public var tags: [String]
  /// The LAVA user the jobs belong to; nil for the event's own.
  public var submitter: String?
  /// Metadata added to the jobs; the template's own keys win.
  public var metadata: [String: String]
  /// How long a job may stand in LAVA's queue, in seconds; nil leaves it to the template.
  public var queueTimeout: Int?
  /// What to do about compatible boards that are away.
  public var boardsAway: BoardsAway
  /// How much at once, how often, and when.
  public var limits: RuleLimits

  /// A plan; every compatible board, medium priority, public, and waiting a day for boards that are away.
  public init(
    template: String, target: Target = .eachBoard, narrowing: Requirements = Requirements(),
    only: BoardFilter? = nil, excluding: BoardFilter? = nil, priority: Int = 50, visibility: Visibility = .public,
    parameters: [String: String] = [:], tests: [String] = [], gitTests: [GitTests] = [], tags: [String] = [],
    submitter: String? = nil,
    metadata: [String: String] = [:], queueTimeout: Int? = nil, boardsAway: BoardsAway = .wait(hours: 24),
    limits: RuleLimits = RuleLimits()
  ) {
    self.target = target
    self.narrowing = narrowing
    self.only = only
    self.excluding = excluding
    self.template = template
    self.priority = min(max(priority, 0), 100)
    self.visibility = visibility
    self.parameters = parameters
    self.tests = tests
    self.gitTests = gitTests
    self.tags = tags
    self.submitter = submitter
    self.metadata = metadata
    self.queueTimeout = queueTimeout
    self.boardsAway = boardsAway
    self.limits = limits
  }

  /// Which compatible boards get a job.
  public enum Target: Hashable, Sendable {
    /// Every one of them.
    case eachBoard
    /// One of each device type: one that is free if there is one.
    case eachDeviceType
    /// So many, spread over device types and workers, free ones first.
    case any(Int)
  }

  /// What becomes of a compatible board that LAVA gives no jobs now.
  public enum BoardsAway: Hashable, Sendable {
    /// It gets no job.
    case skip
    /// Its assignment waits for it, so many hours at most.
    case wait(hours: Int)
  }
}
