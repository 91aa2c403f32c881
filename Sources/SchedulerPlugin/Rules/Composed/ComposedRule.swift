public import BoardInventory
public import BuildEvents
internal import Matcher

/// A rule in Swift that reads like its YAML form:
///
///     let nightly = ComposedRule("nano-nightly", "The nightly nano image, once a night, on three boards.") {
///       When("image_family", is: "nano")
///       When("branch", like: "release/*")
///       When("kernel_version", within: ">=6.1 <6.6")
///       On(.any(3), deviceTypes: ["panda", "beaglebone-black"])
///       Run("regression", priority: 30, tests: ["boot"])
///       Limit(oncePerHours: 20, newerBuild: .supersede)
///     }
///
/// What cannot be read, say a regular expression, is a mistake with the line of the `ComposedRule`; such a rule ignores
/// every event.
public struct ComposedRule: Rule {
  /// The rule's name.
  public let name: String
  /// One sentence for people.
  public let summary: String
  /// What is wrong with the rule as it is written.
  public let mistakes: [FileMistake]
  let declared: DeclaredRule

  /// Puts the parts together.
  ///
  /// - Parameters:
  ///   - name: the rule's name, a slug.
  ///   - summary: one sentence for people.
  ///   - example: an event the rule takes; nil derives one where that is easy.
  public init(
    _ name: String, _ summary: String, example: BuildEvent? = nil, file: String = #fileID, line: Int = #line,
    @RuleBuilder _ parts: () -> [RulePart]
  ) {
    var mistakes: [FileMistake] = []
    var when: [EventCondition] = []
    var plan: TestPlan?
    var changes: [(inout TestPlan) -> Void] = []
    for part in parts() {
      switch part {
      case .condition(let condition): when.append(condition)
      case .run(let run):
        if plan != nil {
          mistakes.append(FileMistake(file: file, line: line, message: "the rule '\(name)' runs two things"))
        }
        plan = run
      case .change(let change): changes.append(change)
      case .mistake(let message, let mend):
        mistakes.append(FileMistake(file: file, line: line, message: "rule '\(name)': \(message)", mend: mend))
      }
    }
    if plan == nil {
      mistakes.append(
        FileMistake(file: file, line: line, message: "the rule '\(name)' runs nothing", mend: "add Run(\"TEMPLATE\")"))
    }
    if when.isEmpty {
      mistakes.append(
        FileMistake(
          file: file, line: line, message: "the rule '\(name)' would test every build there is", mend: "add When(…)"))
    }
    var whole = plan ?? TestPlan(template: "")
    for change in changes { change(&whole) }
    whole.narrowing.tags.formUnion(whole.tags)
    self.name = name
    self.summary = summary
    self.mistakes = mistakes
    declared = DeclaredRule(
      name: name, summary: summary, when: EventCondition.ordered(when), plan: whole, file: file, templateLine: line,
      ownExample: example)
  }

  /// Takes the event when all conditions hold.
  public func answer(to event: BuildEvent) -> RuleAnswer {
    mistakes.isEmpty ? declared.answer(to: event) : .ignores("the rule has a mistake; see boardcast rules check")
  }

  /// The example it was given, or one that meets its conditions.
  public var example: BuildEvent? { declared.example }
}
