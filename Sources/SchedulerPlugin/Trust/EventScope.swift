internal import BuildEvents
internal import Matcher

/// Which rules see an event and in whose name its jobs may be, as the sender's limits said when it came. Kept with the
/// event: a changed file changes nothing about what came before.
struct EventScope: Hashable, Sendable {
  /// Whose limits, for people.
  var source = ""
  /// Names or globs of rules; nil for all.
  var rules: [String]?
  /// LAVA users; nil for all that a rule may name.
  var submitters: [String]?

  /// Whether nothing is limited.
  var isOpen: Bool { rules == nil && submitters == nil }

  init() {}

  init(source: String, rules: [String]?, submitters: [String]?) {
    self.source = source
    self.rules = rules
    self.submitters = submitters
  }

  /// As it is stored.
  var json: JSONValue {
    var members: [String: JSONValue] = ["source": .string(source)]
    members["rules"] = rules.map { .array($0.map(JSONValue.string)) }
    members["submitters"] = submitters.map { .array($0.map(JSONValue.string)) }
    return .object(members)
  }

  /// What ``json`` gave.
  init(json: JSONValue) {
    source = json["source"]?.stringValue ?? ""
    rules = json["rules"]?.arrayValue?.compactMap(\.stringValue)
    submitters = json["submitters"]?.arrayValue?.compactMap(\.stringValue)
  }

  /// The rules as an event of a sender sees them: those outside the limits ignore it, and say why.
  func admitting(_ all: [any Rule], sender: String) -> [any Rule] {
    isOpen ? all : all.map { FencedRule(rule: $0, scope: self, sender: sender) }
  }

  /// Why a rule takes no notice; nil when the limits let it.
  fileprivate func exclusion(_ rule: String) -> String? {
    guard let rules, !rules.contains(where: { GlobPattern($0).fits(rule) }) else { return nil }
    return "events of \(source) are only for the rules \(rules.joined(separator: ", "))"
  }

  fileprivate func exclusion(account: String) -> String? {
    guard let submitters, !submitters.contains(account) else { return nil }
    return "jobs of \(source) may only be \(submitters.joined(separator: "'s or "))'s, and would be \(account)'s"
  }
}

/// A rule behind the limits of the event's sender.
private struct FencedRule: Rule {
  let rule: any Rule
  let scope: EventScope
  let sender: String

  var name: String { rule.name }
  var summary: String { rule.summary }
  var example: BuildEvent? { rule.example }

  func answer(to event: BuildEvent) -> RuleAnswer {
    if let why = scope.exclusion(name) { return .ignores(why) }
    let answer = rule.answer(to: event)
    if case .tests(let plan) = answer, let why = scope.exclusion(account: plan.submitter ?? sender) {
      return .ignores(why)
    }
    return answer
  }
}
