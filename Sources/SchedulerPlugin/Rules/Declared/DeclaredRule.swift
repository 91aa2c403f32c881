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
  /// The example that the rule brings itself.
  let ownExample: BuildEvent?

  /// The first condition that does not hold is the reason for ignoring the event.
  public func answer(to event: BuildEvent) -> RuleAnswer {
    for condition in when {
      if let why = condition.whyNot(event) { return .ignores(why) }
    }
    return .tests(plan)
  }
}
