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

  /// - Returns: one decision for each rule that the event concerns, ordered by rule name.
  func decide(_ event: BuildEvent, id: Int64) -> [RuleDecision] {
    guard event.status == .success else { return [] }
    let demanded = Requirements(event)
    return rules.sorted { $0.name < $1.name }.compactMap { rule in
      guard case .tests(let plan) = rule.answer(to: event) else { return nil }
      let builder = ShapeBuilder(
        event: event, eventID: id, rule: rule.name, plan: plan, library: templates, lava: lava,
        deviceTrees: deviceTrees)
      return decide(rule.name, plan, demanded, builder)
    }
  }

  private func decide(
    _ rule: String, _ plan: TestPlan, _ demanded: Requirements, _ builder: ShapeBuilder
  ) -> RuleDecision {
    let narrowed = Set(lab.index.compatible(with: plan.narrowing))
    let compatible = Set(lab.index.compatible(with: demanded)).intersection(narrowed)
    var shapes: [Shape] = []
    var positions: [Shape: Int] = [:]
    var assignments: [RuleDecision.PlannedAssignment] = []
    var refused: [(board: Board, reasons: [Reason])] = []
    for (position, board) in lab.index.boards.enumerated() {
      guard compatible.contains(position) else {
        refused.append((board, reasons(board, demanded, plan)))
        continue
      }
      switch place(board, plan, builder) {
      case .failure(let refusal): refused.append((board, refusal.reasons))
      case .success(let shape):
        let index = positions[shape] ?? shapes.count
        if index == shapes.count {
          positions[shape] = index
          shapes.append(shape)
        }
        assignments.append(
          .init(board: board.hostname, deviceType: board.deviceType, shape: index, waitHours: plan.waitHours))
      }
    }
    return RuleDecision(
      rule: rule, shapes: shapes, assignments: assignments,
      summary: DecisionSummary(boards: lab.boards.count, refused: refused))
  }

  private struct Refusals: Error {
    let reasons: [Reason]
  }

  private func place(
    _ board: Board, _ plan: TestPlan, _ builder: ShapeBuilder
  ) -> Result<Shape, Refusals> {
    if lava.forbiddenBoards.contains(board.hostname) {
      return .failure(
        Refusals(reasons: [Reason(.permission, "LAVA does not let the event's user submit jobs to this board")]))
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
  private func reasons(_ board: Board, _ demanded: Requirements, _ plan: TestPlan) -> [Reason] {
    var all: [Reason] = []
    for reason in board.verdict(for: demanded).mismatches + board.verdict(for: plan.narrowing).mismatches
    where !all.contains(reason) {
      all.append(reason)
    }
    return all + board.availability.facts.map(Reason.init)
  }
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
