import BoardInventory
import BuildEvents
import Matcher
import TestRandom
import Testing

@testable import SchedulerPlugin

/// Protects labs from more jobs than a rule asks for, and boards from being chosen again and again.
@Suite("Which boards are chosen")
struct BoardChoiceTests {
  private func lab(_ boards: [(name: String, type: String, worker: String, Availability.Fact?)]) -> LabSnapshot {
    LabSnapshot(
      boards: boards.map { name, type, worker, fact in
        let board = Example.board(name, type: type)
        return LabBoard(
          board: Board(
            hostname: name, deviceType: type, capabilities: board.capabilities,
            availability: Availability(facts: fact.map { [$0] } ?? [])),
          row: DeviceRow(
            hostname: name, deviceType: type, state: 0, health: 0,
            worker: LabWorker(hostname: worker, state: 0, health: 0, jobLimit: 0, busyDevices: 0), typeDisplayed: true),
          description: "", isSynced: false)
      }, deviceTypes: [], takenAt: 0)
  }

  private func chosen(_ target: TestPlan.Target, _ lab: LabSnapshot, seed: UInt64 = 1) -> [String] {
    let all = lab.boards.indices.map { BoardChoice.Candidate(position: $0, shape: 0) }
    let choice = BoardChoice(target, among: all, lab: lab, seed: seed)
    #expect(Set(choice.chosen).union(choice.notChosen) == Set(all))
    #expect(Set(choice.chosen).isDisjoint(with: choice.notChosen))
    return choice.chosen.map { lab.boards[$0.position].board.hostname }
  }

  @Test("One board of each type: a free one where there is one, then a busy one")
  func eachType() {
    let lab = lab([
      ("a1", "a", "w", .running), ("a2", "a", "w", nil), ("b1", "b", "w", .maintenance), ("b2", "b", "w", .running),
      ("c1", "c", "w", .maintenance),
    ])
    for seed in 0..<20 { #expect(chosen(.eachDeviceType, lab, seed: UInt64(seed)) == ["a2", "b2", "c1"]) }
  }

  @Test("So many boards: over the types first, then over the workers; all when there are no more")
  func spread() {
    let lab = lab([
      ("a1", "a", "w1", nil), ("a2", "a", "w1", nil), ("a3", "a", "w2", nil), ("b1", "b", "w1", nil),
    ])
    for seed in 0..<20 {
      let two = chosen(.any(2), lab, seed: UInt64(seed))
      #expect(Set(two.map { $0.prefix(1) }) == ["a", "b"])
      let three = chosen(.any(3), lab, seed: UInt64(seed))
      #expect(three.contains("b1") && three.contains("a3"))
    }
    #expect(chosen(.any(9), lab) == ["a1", "a2", "a3", "b1"])
  }

  @Test("Another event takes another board of those that are equally good, and the same event always the same")
  func turns() {
    let lab = lab((0..<10).map { ("a\($0)", "a", "w", nil) })
    let names = (0..<100).map { chosen(.any(1), lab, seed: $0).first ?? "" }
    #expect(names == (0..<100).map { chosen(.any(1), lab, seed: $0).first ?? "" })
    #expect(Set(names).count == 10)
  }

  @Test("What a rule leaves out hears which of its words does, and the others are tested")
  func exclusion() throws {
    let lab = lab([("a1", "a", "w1", nil), ("a2", "a", "w2", nil), ("b1", "b", "w1", nil), ("c1", "c", "w1", nil)])
    let rule = """
      rule: r
      when: {image_family: nano}
      where:
        workers: 'w?'
        exclude: {boards: 'b*', workers: [w2]}
        target: {any: 1}
      how: {template: t}
      """
    let decider = Decider(
      rules: [try Example.rule(rule)], templates: try Example.templates(["t": Example.job()]), lab: lab)
    let decision = try #require(decider.decide(Example.event(), id: 1).first)
    #expect(decision.assignments.count == 1)
    func reason(_ board: String) -> String? {
      decision.summary.reasons(board: board, deviceType: String(board.prefix(1))).first.map(\.description)
    }
    #expect(reason("a2") == "excluded: the rule leaves it out: where.exclude.workers")
    #expect(reason("b1") == "excluded: the rule leaves it out: where.exclude.boards")
    let other = decision.assignments.first?.board == "a1" ? "c1" : "a1"
    #expect(reason(other) == "not_chosen: the rule wants 1 boards, and others were chosen")
  }

  @Test("A rule's tags, metadata and queue timeout stand in the job; the template's own words go before")
  func additions() throws {
    let rule = """
      rule: r
      when: {image_family: nano}
      how: {template: t, tags: [fast], metadata: {team: kernel, rule: mine}, queue_timeout: {hours: 2}}
      """
    let boards = [
      Board(hostname: "a", deviceType: "qemu", tags: ["fast"], capabilities: Example.capable),
      Example.board("b"),
    ]
    let decider = Decider(
      rules: [try Example.rule(rule)], templates: try Example.templates(["t": Example.job("metadata: {rule: own}")]),
      lab: Example.lab(boards))
    let decision = try #require(decider.decide(Example.event(), id: 1).first)
    #expect(decision.assignments.map(\.board) == ["a"])
    let shape = try #require(decision.shapes.first)
    #expect(shape.tags == ["fast"])
    #expect(shape.queueTimeout == 7200)
    #expect(try JSONValue.parse(Array(shape.metadata.utf8)) == ["rule": "own", "team": "kernel"])
  }

  @Test("A named submitter's rights count, not the sender's; one LAVA does not know gets nothing")
  func submitter() throws {
    let rule = "rule: r\nwhen: {image_family: nano}\nhow: {template: t, submitter: robot}\n"
    func decide(_ submitters: [String: SubmissionFacts]) throws -> RuleDecision {
      let decider = Decider(
        rules: [try Example.rule(rule)], templates: try Example.templates(["t": Example.job()]),
        lab: Example.lab([Example.board("a"), Example.board("b")]), lava: SubmissionFacts(forbiddenBoards: ["a"]),
        submitters: submitters)
      return try #require(decider.decide(Example.event(), id: 1).first)
    }
    let robot = try decide(["robot": SubmissionFacts(userID: 7, forbiddenBoards: ["b"])])
    #expect(robot.assignments.map(\.board) == ["a"])
    #expect(robot.submitter == .init(id: 7, name: "robot"))
    let nobody = try decide([:])
    #expect(nobody.assignments.isEmpty)
    #expect(
      nobody.summary.reasons(board: "a", deviceType: "qemu").map(\.description)
        == ["permission: LAVA has no active user 'robot', the rule's submitter"])
  }
}
