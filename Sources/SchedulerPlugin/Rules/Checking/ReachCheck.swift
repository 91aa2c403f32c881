import BoardInventory
import BuildEvents
import Matcher

/// Which boards a rule could ever have, and what its example would make of them now.
struct ReachCheck {
  let files: LabFiles
  let lab: LabSnapshot
  let lava: SubmissionFacts
  let submitters: [String: SubmissionFacts]

  func check(
    _ rule: any Rule, _ plan: TestPlan
  ) -> (findings: [LabCheck.Finding], estimates: [LabCheck.Estimate]) {
    guard !lab.boards.isEmpty else { return ([], []) }
    if let finding = never(rule, plan) { return ([finding], []) }
    var findings: [LabCheck.Finding] = []
    var estimates: [LabCheck.Estimate] = []
    var told: Set<String> = []
    for event in events(rule) {
      let decider = Decider(
        rules: [rule], templates: files.templates, lab: lab, lava: lava, deviceTrees: files.catalogue.deviceTrees,
        submitters: submitters)
      guard let decision = decider.decide(event, id: 1).first else { continue }
      let now = decision.assignments.filter { item in
        let kind = lab.board(named: item.board)?.board.availability.kind
        return kind == .ready || kind == .busy
      }
      estimates.append(
        .init(
          rule: rule.name, architecture: event.architecture?.name, jobs: now.count,
          waiting: decision.assignments.count - now.count))
      for finding in templates(rule, plan, decision.summary) where told.insert(finding.what.message).inserted {
        findings.append(finding)
      }
    }
    return (findings, estimates)
  }

  /// The rule's example, once for each architecture that the lab runs and the rule takes.
  private func events(_ rule: any Rule) -> [BuildEvent] {
    guard let example = rule.example else { return [] }
    let variants = architectures.compactMap { architecture -> BuildEvent? in
      guard case .object(var record) = example.record else { return nil }
      record["arch"] = .string(architecture.name)
      record["arch_as_given"] = nil
      guard let event = try? BuildEvent(record: .object(record)), case .tests = rule.answer(to: event) else {
        return nil
      }
      return event
    }
    return variants.isEmpty ? [example] : variants
  }

  private var architectures: [Architecture] {
    lab.boards.reduce(into: Set<Architecture>()) { $0.formUnion($1.board.capabilities.architectures.elements) }.sorted()
  }

  /// That no event the rule takes could get any board of the lab, whatever its state.
  private func never(_ rule: any Rule, _ plan: TestPlan) -> LabCheck.Finding? {
    let narrowed = Set(lab.index.compatible(with: plan.narrowing)).filter {
      plan.couldWant(lab.boards[$0], at: lab.takenAt)
    }
    guard !narrowed.isEmpty else {
      let reasons = lab.boards.compactMap { board in
        board.board.verdict(for: plan.narrowing).mismatches.first ?? plan.exclusion(board, at: lab.takenAt)
      }
      return .init(
        rule, near: "where", "the rule can never match: no board of the lab fits its 'where' (\(Self.words(reasons)))")
    }
    guard let when = rule.declaration?.when else { return nil }
    let demands = demands(when)
    if demands.contains(where: { !Set(lab.index.compatible(with: $0)).isDisjoint(with: narrowed) }) { return nil }
    let reasons = demands.first.map { demand in
      narrowed.compactMap { lab.boards[$0].board.verdict(for: demand).mismatches.first }
    }
    return .init(
      rule, near: "when",
      "the rule can never match: no board of the lab can run the images it is for"
        + (reasons.map { " (\(Self.words($0)))" } ?? ""))
  }

  /// What the images of the events that a rule takes may demand, as far as the lab has it. Of a field that the rule does
  /// not look at, events may be silent.
  private func demands(_ when: [EventCondition]) -> [Requirements] {
    func values(_ field: EventField, _ known: [String]) -> [String?] {
      let tests = when.compactMap { condition -> [FieldTest]? in
        guard case .field(field, let tests) = condition else { return nil }
        return tests
      }.flatMap { $0 }
      guard !tests.isEmpty else { return [nil] }
      // What the rule names and the lab lacks is tried too, so that there is a reason to tell.
      let named = tests.compactMap { test -> Set<String>? in if case .isOne(let words) = test { words } else { nil } }
      return Set(known).union(named.joined()).sorted().filter { value in
        tests.allSatisfy { $0.complaint(about: value) == nil }
      }
    }
    let boards = lab.boards.map(\.board.capabilities)
    let families = Set(boards.flatMap(\.imageFamilies.elements)).map(\.name)
    let methods = Set(boards.flatMap(\.bootMethods.elements)).map(\.name)
    var demands: [Requirements] = []
    for architecture in values(.architecture, architectures.map(\.name)) {
      for family in values(.imageFamily, families) {
        for method in values(.bootloader, methods) {
          demands.append(
            Requirements(
              architecture: architecture.flatMap(Architecture.init(normalizing:)),
              imageFamily: family.flatMap(ImageFamily.init(normalizing:)),
              bootloader: method.flatMap(BootMethod.init(normalizing:))))
        }
      }
    }
    return demands
  }

  /// Types of the lab that could run the image, but for which the template makes no job.
  private func templates(_ rule: any Rule, _ plan: TestPlan, _ summary: DecisionSummary) -> [LabCheck.Finding] {
    var boards: [Reason: [Board]] = [:]
    for board in lab.boards.map(\.board) {
      let reasons = summary.reasons(board: board.hostname, deviceType: board.deviceType)
      guard let reason = reasons.first, reason.code == .template || reason.code == .definition else { continue }
      // That is said by RuleCheck, for the file alone tells it.
      guard files.templates.choices.contains(plan.template) else { continue }
      boards[reason, default: []].append(board)
    }
    return boards.sorted { $0.key.detail < $1.key.detail }.map { reason, boards in
      let types = Set(boards.map(\.deviceType)).sorted()
      let shown = types.prefix(5).joined(separator: ", ") + (types.count > 5 ? " and \(types.count - 5) more" : "")
      return .init(
        rule, isMistake: reason.code == .definition, near: "template",
        "no job for device type \(shown): \(reason.detail)")
    }
  }

  private static func words(_ reasons: [Reason]) -> String {
    Dictionary(reasons.map { ($0.description, 1) }, uniquingKeysWith: +)
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .prefix(3).map { "\($0.value) × \($0.key)" }.joined(separator: "; ")
  }
}
