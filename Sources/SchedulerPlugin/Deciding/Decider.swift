import BoardInventory
import BuildEvents
import Matcher

/// Turns an event and the lab at one moment into what each rule wants done. Pure: the same facts, the same answer.
struct Decider {
  let rules: [any Rule]
  let templates: TemplateLibrary
  let lab: LabSnapshot
  /// What LAVA's database says about jobs of the event's user.
  var lava = SubmissionFacts()
  /// The kernel's names of device trees by device type, for events that bring a folder of them.
  var deviceTrees: [String: String] = [:]
  /// The same for users whom rules name as submitters; nil asks about nobody's rights.
  var submitters: [String: SubmissionFacts]? = [:]

  /// Whose jobs rules may make of whose events; nil does not ask.
  var grants: SubmitterGrants?

  /// Renders the library's templates for several decisions, so that each file is parsed once for all; nil makes one
  /// for each rule.
  var renderer: TemplateRenderer?

  /// The users whom the rules that an event concerns name as submitters.
  static func submitters(_ rules: [any Rule], of event: BuildEvent) -> Set<String> {
    Set(
      rules.compactMap { rule in
        guard case .tests(let plan) = rule.answer(to: event) else { return nil }
        return plan.submitter
      })
  }

  /// - Returns: one decision for each rule that the event concerns, ordered by rule name.
  func decide(_ event: BuildEvent, id: Int64) -> [RuleDecision] {
    guard event.status == .success else { return [] }
    let demanded = Requirements(event)
    return rules.sorted { $0.name < $1.name }.compactMap { rule in
      guard case .tests(let plan) = rule.answer(to: event) else { return nil }
      var facts: SubmissionFacts? = lava
      if let name = plan.submitter, let submitters { facts = submitters[name] }
      let builder = ShapeBuilder(
        event: event, eventID: id, rule: rule.name, plan: plan, library: templates, lava: facts ?? lava,
        deviceTrees: deviceTrees, renderer: renderer)
      return decide(rule.name, plan, demanded, facts, barrier(rule.name, plan), builder, event: id)
    }
  }

  /// What keeps the rule from making any job of this user's event; nil when nothing does.
  private func barrier(_ rule: String, _ plan: TestPlan) -> Reason? {
    if let reason = lava.standing?.reason("the event's user") { return reason }
    guard let account = plan.submitter, let user = lava.standing?.name else { return nil }
    return grants?.refusal(of: account, for: user, rule: rule)
  }

  private func decide(
    _ rule: String, _ plan: TestPlan, _ demanded: Requirements, _ facts: SubmissionFacts?, _ barrier: Reason?,
    _ builder: ShapeBuilder, event: Int64
  ) -> RuleDecision {
    let narrowed = Set(lab.index.compatible(with: plan.narrowing))
    let compatible = Set(lab.index.compatible(with: demanded)).intersection(narrowed)
    var shapes: [Shape] = []
    var positions: [Shape: Int] = [:]
    var able: [BoardChoice.Candidate] = []
    var refused: [(board: Board, reasons: [Reason])] = []
    var alike = AlikeBoards(demanded, plan.narrowing)
    for (position, board) in lab.index.boards.enumerated() {
      guard compatible.contains(position) else {
        refused.append((board, alike.reasons(board)))
        continue
      }
      if let reason = plan.exclusion(lab.boards[position], at: lab.takenAt) {
        refused.append((board, [reason]))
        continue
      }
      switch barrier.map({ .failure(Refusals(reasons: [$0])) }) ?? place(board, plan, facts, builder) {
      case .failure(let refusal): refused.append((board, refusal.reasons))
      case .success(let shape):
        let index = positions[shape] ?? shapes.count
        if index == shapes.count {
          positions[shape] = index
          shapes.append(shape)
        }
        able.append(.init(position: position, shape: index))
      }
    }
    let choice = BoardChoice(plan.target, among: able, lab: lab, seed: UInt64(bitPattern: event))
    refused += choice.notChosen.map { (lab.index.boards[$0.position], [choice.reason]) }
    let assignments = choice.chosen.map { candidate in
      let board = lab.index.boards[candidate.position]
      return RuleDecision.PlannedAssignment(
        board: board.hostname, deviceType: board.deviceType, shape: candidate.shape, waitHours: plan.waitHours)
    }
    let boards = Dictionary(assignments.map { ($0.shape, 1) }, uniquingKeysWith: +)
    shapes = shapes.enumerated().map { $1.serving(boards[$0] ?? 0, within: plan.limits) }
    return RuleDecision(
      rule: rule, plan: plan,
      submitter: plan.submitter.flatMap { name in
        facts?.userID.map { .init(id: $0, name: name) }
      }, shapes: shapes, assignments: assignments,
      summary: DecisionSummary(boards: lab.boards.count, refused: refused))
  }

  private struct Refusals: Error {
    let reasons: [Reason]
  }

  private func place(
    _ board: Board, _ plan: TestPlan, _ facts: SubmissionFacts?, _ builder: ShapeBuilder
  ) -> Result<Shape, Refusals> {
    guard let facts else {
      let name = plan.submitter ?? ""
      return .failure(
        Refusals(reasons: [Reason(.permission, "LAVA has no active user '\(name)', the rule's submitter")]))
    }
    if facts.forbiddenBoards.contains(board.hostname) {
      return .failure(
        Refusals(reasons: [
          Reason(
            .permission,
            "LAVA does not let \(plan.submitter.map { "user '\($0)'" } ?? "the event's user") submit jobs to this board"
          )
        ]))
    }
    if plan.boardsAway == .skip, board.availability.kind == .away {
      return .failure(Refusals(reasons: board.availability.facts.map(Reason.init)))
    }
    switch builder.shape(for: board) {
    case .failure(let refusal): return .failure(Refusals(reasons: [refusal.reason]))
    case .success(let shape):
      let missing = Set(shape.tags).subtracting(board.tags).sorted()
      guard missing.isEmpty else {
        return .failure(
          Refusals(reasons: [Reason(.tag, "the job asks for the tag \(missing.joined(separator: ", "))")]))
      }
      return .success(shape)
    }
  }

  /// What the artifact misses and what the rule misses, each said once.
}

extension TestPlan {
  /// How long an assignment may wait, in hours; a rule that skips boards that are away still waits for busy ones.
  var waitHours: Int {
    switch boardsAway {
    case .wait(let hours): hours
    case .skip: 24
    }
  }
}
