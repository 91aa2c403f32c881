internal import BoardInventory
public import BuildEvents
internal import Matcher

/// A rule made of conditions and a plan, as a YAML file declares it or `ComposedRule` puts it together.
public struct DeclaredRule: Rule, Hashable {
  /// The rule's name.
  public let name: String
  /// One sentence for people.
  public let summary: String
  /// What an event must be for the rule to look at it; all of it.
  public let when: [EventCondition]
  /// What to do then.
  public let plan: TestPlan
  /// The file it was read from, and the line of its template, for mistakes found later.
  public let file: String
  let templateLine: Int
  /// The line of its tests; nil where it names none.
  var testsLine: Int?
  /// The lines of its parameters.
  var parameterLines: [String: Int] = [:]
  /// The example that the rule brings itself.
  let ownExample: BuildEvent?

  /// That the rule wants LAVA's jobs cancelled, told where nobody can ask LAVA; nil for other rules.
  var cancelsInVain: FileMistake? {
    guard plan.limits.newerBuild == .cancel else { return nil }
    return FileMistake(
      file: file, line: RuleText.line(of: "newer_build", in: file),
      message: "'newer_build: cancel' cannot ask LAVA, and does no more than 'supersede'",
      mend: "write lava_url and lava_token_file into config.yaml")
  }

  /// The first condition that does not hold is the reason for ignoring the event.
  public func answer(to event: BuildEvent) -> RuleAnswer {
    for condition in when {
      if let why = condition.whyNot(event) { return .ignores(why) }
    }
    return .tests(plan)
  }
}
