internal import Matcher

/// Which boards a composed rule is for: of those that can run the image, the given ones.
public struct On: RulePartConvertible {
  /// The part it stands for.
  public let part: RulePart

  /// - Parameters:
  ///   - target: how many of them.
  ///   - deviceTypes: names or aliases; empty for every type.
  ///   - tags: a board must carry all of them.
  ///   - only: further boards it is for.
  ///   - except: boards it leaves out.
  public init(
    _ target: TestPlan.Target = .eachBoard, deviceTypes: [String] = [], tags: [String] = [], only: BoardFilter? = nil,
    except: BoardFilter? = nil
  ) {
    part = .change { plan in
      plan.target = target
      plan.narrowing = Requirements(deviceTypes: Set(deviceTypes.map(DeviceTypeName.init)), tags: Set(tags))
      plan.only = only
      plan.excluding = except
    }
  }
}

/// The job a composed rule runs.
public struct Run: RulePartConvertible {
  /// The part it stands for.
  public let part: RulePart

  /// - Parameters:
  ///   - template: a file or folder of `templates/`.
  ///   - priority: 0 to 100; 50 is medium.
  ///   - tests: names of test definitions.
  ///   - gitTests: test definitions out of git repositories.
  ///   - submitter: the LAVA user the jobs belong to; nil for the event's.
  public init(
    _ template: String, priority: Int = 50, visibility: Visibility = .public, tests: [String] = [],
    gitTests: [GitTests] = [], parameters: [String: String] = [:], tags: [String] = [], submitter: String? = nil
  ) {
    part = .run(
      TestPlan(
        template: template, priority: priority, visibility: visibility, parameters: parameters, tests: tests,
        gitTests: gitTests, tags: tags, submitter: submitter))
  }
}

/// How much, how often and when a composed rule's jobs are queued.
public struct Limit: RulePartConvertible {
  /// The part it stands for.
  public let part: RulePart

  /// - Parameters:
  ///   - atOnce: jobs of ours queued or running at once.
  ///   - oncePerHours: a board gets no second job for the same line of builds within so many hours.
  ///   - windows: when jobs may be queued; empty for always.
  ///   - boardsAway: what becomes of boards that are away.
  public init(
    atOnce: [RuleLimits.Scope: Int] = [:], oncePerHours: Int? = nil, windows: [TimeWindow] = [],
    line: [String] = ["branch"], newerBuild: RuleLimits.NewerBuild = .keep,
    boardsAway: TestPlan.BoardsAway = .wait(hours: 24)
  ) {
    part = .change { plan in
      plan.limits = RuleLimits(
        atOnce: atOnce, oncePer: oncePerHours.map { $0 * 3600 }, windows: windows, line: line, newerBuild: newerBuild)
      plan.boardsAway = boardsAway
    }
  }
}
