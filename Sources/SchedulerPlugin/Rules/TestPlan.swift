public import Matcher

/// How a rule wants an artifact tested: where, with which job, and what to do about boards that are away.
public struct TestPlan: Hashable, Sendable {
  /// What the rule demands of boards, beyond what the artifact itself demands.
  public var narrowing: Requirements
  /// The job template: a file `NAME.yaml`, or a folder `NAME/` in which the board's boot method picks the file.
  public var template: String
  /// LAVA's priority of the jobs, 0 (low) to 100 (high); 50 is medium.
  public var priority: Int
  /// Who may see the jobs.
  public var visibility: Visibility
  /// Values the template may use as `rule.parameters.KEY`.
  public var parameters: [String: String]
  /// The test blocks of `templates/tests/` to run, in order; empty leaves it to the template.
  public var tests: [String]
  /// What to do about compatible boards that are away.
  public var boardsAway: BoardsAway

  /// A plan; every compatible board, medium priority, public, and waiting a day for boards that are away.
  public init(
    template: String, narrowing: Requirements = Requirements(), priority: Int = 50,
    visibility: Visibility = .public, parameters: [String: String] = [:], tests: [String] = [],
    boardsAway: BoardsAway = .wait(hours: 24)
  ) {
    self.template = template
    self.narrowing = narrowing
    self.priority = min(max(priority, 0), 100)
    self.visibility = visibility
    self.parameters = parameters
    self.tests = tests
    self.boardsAway = boardsAway
  }

  /// What becomes of a compatible board that LAVA gives no jobs now.
  public enum BoardsAway: Hashable, Sendable {
    /// It gets no job.
    case skip
    /// Its assignment waits for it, so many hours at most.
    case wait(hours: Int)
  }
}
