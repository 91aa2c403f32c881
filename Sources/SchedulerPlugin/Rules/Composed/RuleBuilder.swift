/// One part of a composed rule; made by `When`, `On`, `Run` and `Limit`.
public enum RulePart {
  /// The event must be so.
  case condition(EventCondition)
  /// The job to run.
  case run(TestPlan)
  /// A change of the plan, made after all parts are there, so that their order does not matter.
  case change((inout TestPlan) -> Void)
  /// The part cannot be read: what is wrong, and how to mend it.
  case mistake(String, mend: String?)
}

/// Something that stands in the braces of a `ComposedRule`.
public protocol RulePartConvertible {
  /// The part it stands for.
  var part: RulePart { get }
}

/// Gathers the parts of a `ComposedRule`; `if`, `for` and optional parts are allowed.
@resultBuilder
public enum RuleBuilder {
  /// One part.
  public static func buildExpression(_ part: some RulePartConvertible) -> [RulePart] { [part.part] }
  /// All parts in order.
  public static func buildBlock(_ parts: [RulePart]...) -> [RulePart] { parts.flatMap { $0 } }
  /// The parts of an `if` without `else`.
  public static func buildOptional(_ parts: [RulePart]?) -> [RulePart] { parts ?? [] }
  /// The parts of an `if`.
  public static func buildEither(first parts: [RulePart]) -> [RulePart] { parts }
  /// The parts of an `else`.
  public static func buildEither(second parts: [RulePart]) -> [RulePart] { parts }
  /// The parts of a loop.
  public static func buildArray(_ parts: [[RulePart]]) -> [RulePart] { parts.flatMap { $0 } }
}
