import BoardInventory
import Matcher

/// Rules that make the same job of the same events on the same boards.
struct DoublesCheck {
  let lab: LabSnapshot

  private struct Item {
    let rule: any Rule
    let declared: DeclaredRule
    let reach: Set<Int>
  }

  func findings(_ rules: [any Rule]) -> [LabCheck.Finding] {
    let items = rules.sorted { $0.name < $1.name }.compactMap { rule in
      rule.declaration.map { Item(rule: rule, declared: $0, reach: reach($0.plan)) }
    }
    var findings: [LabCheck.Finding] = []
    for (place, one) in items.enumerated() {
      for other in items[(place + 1)...] where isSameJob(one, other) {
        let forth = Self.implies(one.declared.when, other.declared.when)
        let back = Self.implies(other.declared.when, one.declared.when)
        if forth, back {
          findings.append(finding(other, "takes the same events as", one))
        } else if back {
          findings.append(finding(other, "is shadowed: every event of it is also taken by", one))
        } else if forth {
          findings.append(finding(one, "is shadowed: every event of it is also taken by", other))
        }
      }
    }
    return findings
  }

  private func finding(_ item: Item, _ words: String, _ other: Item) -> LabCheck.Finding {
    let shared = item.reach.intersection(other.reach).count
    return .init(
      item.rule, near: "when",
      "the rule \(words) '\(other.rule.name)', with the same template '\(item.declared.plan.template)'; "
        + "\(shared) boards of the lab would get both jobs",
      mend: "narrow one of them, or take one away")
  }

  private func isSameJob(_ one: Item, _ other: Item) -> Bool {
    one.declared.plan.template == other.declared.plan.template && one.declared.plan.tests == other.declared.plan.tests
      && one.declared.plan.gitTests == other.declared.plan.gitTests
      && one.declared.plan.parameters == other.declared.plan.parameters && !one.reach.isDisjoint(with: other.reach)
  }

  private func reach(_ plan: TestPlan) -> Set<Int> {
    Set(lab.index.compatible(with: plan.narrowing)).filter { plan.couldWant(lab.boards[$0], at: lab.takenAt) }
  }

  /// Whether every event that meets the first conditions meets the second ones, as far as that is plain to see.
  static func implies(_ first: [EventCondition], _ second: [EventCondition]) -> Bool {
    second.allSatisfy { wanted in
      switch wanted {
      case .images(let roles):
        first.contains { if case .images(let has) = $0 { has.isSuperset(of: roles) } else { false } }
      case .field(let field, let tests):
        first.contains { condition in
          guard case .field(field, let stronger) = condition else { return false }
          return tests.allSatisfy { implies(stronger, $0) }
        }
      }
    }
  }

  private static func implies(_ tests: [FieldTest], _ wanted: FieldTest) -> Bool {
    tests.contains { test in
      if test == wanted { return true }
      guard case .isOne(let values) = test else { return false }
      return values.allSatisfy { wanted.complaint(about: $0) == nil }
    }
  }
}
