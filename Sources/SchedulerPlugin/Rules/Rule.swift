public import BuildEvents

/// What a lab wants done when a build finishes. Rules are code: checked in, reviewed, reloaded.
///
/// Two ways to write one: a YAML file in `rules/` (see `DeclaredRule`), or a Swift type listed in `CompiledRules`.
///
///     struct EveryKernel: Rule {
///       let name = "every-kernel"
///       let summary = "A kernel was built: smoke-test it wherever it runs."
///       func answer(to event: BuildEvent) -> RuleAnswer {
///         guard event.imageFamily == "kernel" else { return .ignores("image_family is not kernel") }
///         return .tests(TestPlan(template: "smoke"))
///       }
///     }
public protocol Rule: Sendable {
  /// The rule's name, unique in a lab; a slug. It stands in job metadata and in the database.
  var name: String { get }
  /// One sentence for people.
  var summary: String { get }
  /// Whether the event concerns the rule, and what to test then. Pure: no I/O, no clock.
  func answer(to event: BuildEvent) -> RuleAnswer
  /// An event the rule answers with tests, so that `boardcast rules check` can try the rule; nil goes unchecked.
  var example: BuildEvent? { get }
}

extension Rule {
  /// No example unless the rule gives one.
  public var example: BuildEvent? { nil }
}

/// A rule's answer to one event.
public enum RuleAnswer: Hashable, Sendable {
  /// The event is none of the rule's business, for this reason.
  case ignores(String)
  /// Test it so.
  case tests(TestPlan)
}
