import TestRandom
import BoardInventory
import BuildEvents
import Matcher
import Testing

@testable import SchedulerPlugin

/// Protects the answer to "why did this board get no job": every board has a job or a reason, and the same reason always.
@Suite("Deciding")
struct DeciderTests {
  private static let rule = "rule: r\nwhen: {image_family: nano}\nhow: {template: t}\n"

  private func decide(
    _ boards: [Board], rule: String = rule, template: String = Example.job(), forbidden: Set<String> = [],
    _ changes: [String: JSONValue] = [:]
  ) throws -> RuleDecision {
    let decider = Decider(
      rules: [try Example.rule(rule)], templates: try Example.templates(["t": template]), lab: Example.lab(boards),
      lava: SubmissionFacts(forbiddenBoards: forbidden))
    return try #require(decider.decide(Example.event(changes), id: 1).first)
  }

  private func codes(_ decision: RuleDecision, _ board: Board) -> [Reason.Code] {
    decision.summary.reasons(board: board.hostname, deviceType: board.deviceType).map(\.code)
  }

  @Test("Each thing an artifact or a rule demands gives its own reason code, and all that fail are named")
  func demands() throws {
    var arm = Example.capable
    arm.architectures = Example.known(Architecture(normalizing: "arm64"))
    var oe = arm
    oe.imageFamilies = Example.known(ImageFamily(normalizing: "oe"))
    var grub = Example.capable
    grub.bootMethods = Example.known(BootMethod(normalizing: "grub"))
    let boards = [
      Example.board("good"), Example.board("blank", type: "blank", capabilities: .unknown),
      Example.board("arm", type: "arm", capabilities: arm), Example.board("oe", type: "oe", capabilities: oe),
      Example.board("grub", type: "grub", capabilities: grub), Example.board("gone", type: "gone", .retired),
    ]
    let decision = try decide(boards, ["bootloader": "qemu"])
    #expect(decision.assignments.map(\.board) == ["good"])
    #expect(codes(decision, boards[1]) == [.notDescribed])
    #expect(codes(decision, boards[2]) == [.architecture])
    #expect(codes(decision, boards[3]) == [.architecture, .imageFamily])
    #expect(codes(decision, boards[4]) == [.bootloader])
    #expect(codes(decision, boards[5]) == [.retired])
  }

  @Test("Device types and tags count from the event and from the rule, each said once")
  func typesAndTags() throws {
    let boards = [
      Example.board("a", type: "qemu", tags: ["big", "hvm"]), Example.board("b", type: "qemu", tags: ["big"]),
      Example.board("c", type: "virt", tags: ["big", "hvm"]),
    ]
    let rule = Self.rule + "where: {device_types: [qemu], tags: [big]}\n"
    let decision = try decide(boards, rule: rule, ["tags": ["hvm"], "device_types": ["qemu"]])
    #expect(decision.assignments.map(\.board) == ["a"])
    #expect(codes(decision, boards[1]) == [.tag])
    #expect(codes(decision, boards[2]) == [.deviceType])
  }

  @Test("A template that serves no boot method of the board, or makes no job, is the reason")
  func templateReasons() throws {
    let board = Example.board("a")
    #expect(codes(try decide([board], template: "a: [\n"), board) == [.definition])
    #expect(codes(try decide([board], template: Example.job("x: {{ event.log_url|yaml }}")), board) == [.template])
    #expect(
      codes(try decide([board], rule: Self.rule.replacing("template: t", with: "template: u")), board) == [.template])
  }

  @Test("A tag the template asks for must be on the board")
  func templateTag() throws {
    let boards = [Example.board("a", tags: ["big"]), Example.board("b")]
    let decision = try decide(boards, template: Example.job("tags: [big]"))
    #expect(decision.assignments.map(\.board) == ["a"])
    #expect(codes(decision, boards[1]) == [.tag])
  }

  @Test("A board LAVA would not let the sender submit to is refused for that, before anything is rendered")
  func permission() throws {
    let boards = [Example.board("a"), Example.board("b")]
    let decision = try decide(boards, template: "not: a job\n", forbidden: ["a"])
    #expect(codes(decision, boards[0]) == [.permission])
    #expect(codes(decision, boards[1]) == [.definition])
  }

  private static let awayFacts: [(Availability.Fact, Reason.Code)] = [
    (.looping, .looping), (.bad, .bad), (.maintenance, .maintenance), (.noWorker, .offline),
    (.workerOffline(worker: "w"), .offline), (.workerMaintenance(worker: "w"), .offline), (.typeHidden, .hidden),
    (.unknownToUs("?"), .unknownState),
  ]

  @Test("Boards that are away wait, or are skipped with the fact where the rule says so", arguments: awayFacts)
  func away(fact: Availability.Fact, code: Reason.Code) throws {
    let board = Example.board("a", fact)
    let waiting = try decide([board], rule: Self.rule + "limits: {boards_away: wait, wait_hours: 5}\n")
    #expect(waiting.assignments.map(\.waitHours) == [5])
    let skipping = try decide([board], rule: Self.rule + "limits: {boards_away: skip}\n")
    #expect(skipping.assignments.isEmpty)
    #expect(codes(skipping, board) == [code])
  }

  @Test("A busy board is not away: it gets its job even where boards that are away are skipped")
  func busy() throws {
    for fact in [Availability.Fact.reserved, .running, .workerFull(worker: "w", limit: 1)] {
      let decision = try decide([Example.board("a", fact)], rule: Self.rule + "limits: {boards_away: skip}\n")
      #expect(decision.assignments.map(\.waitHours) == [24])
    }
  }

  @Test("The summary counts boards by first reason and keeps a board apart only where it differs from its type")
  func summary() throws {
    let boards =
      (1...5).map { Example.board("p\($0)", type: "panda", capabilities: .unknown) }
      + [
        Example.board("p6", type: "panda", capabilities: .unknown, .retired), Example.board("q1"), Example.board("q2"),
      ]
    let summary = try decide(boards).summary
    #expect(summary.boards == 8)
    #expect(summary.assigned == 2)
    #expect(summary.counts == [.notDescribed: 6])
    #expect(summary.types.keys.sorted() == ["panda"])
    #expect(summary.types["panda"]?.map(\.code) == [.notDescribed])
    #expect(summary.exceptions.keys.sorted() == ["p6"])
    #expect(summary.exceptions["p6"]?.map(\.code) == [.notDescribed, .retired])
  }

  @Test("The summary comes back whole from its stored form; what a later version added is passed over")
  func roundTrip() throws {
    let boards = [
      Example.board("a", type: "x", capabilities: .unknown), Example.board("b", type: "x", .retired),
      Example.board("c"),
    ]
    let summary = try decide(boards).summary
    #expect(DecisionSummary(json: summary.json) == summary)
    #expect(DecisionSummary(json: try JSONValue.parse(summary.json.serialized)) == summary)
    let newer: JSONValue = [
      "boards": 2, "counts": ["arch": 1, "code_of_2030": 1], "more": true,
      "types": ["t": [["code": "arch", "detail": "d", "x": 1], ["code": "code_of_2030", "detail": "d"]]],
    ]
    #expect(DecisionSummary(json: newer).types == ["t": [Reason(.architecture, "d")]])
    #expect(DecisionSummary(json: newer).counts == [.architecture: 1])
    #expect(DecisionSummary(json: .null).boards == 0)
  }

  @Test("A failed build decides nothing, and so does a rule the event does not concern")
  func nothing() throws {
    let decider = Decider(
      rules: [try Example.rule(Self.rule)], templates: try Example.templates(["t": Example.job()]),
      lab: Example.lab([Example.board("a")]))
    #expect(try decider.decide(Example.event(["status": "failure"]), id: 1).isEmpty)
    #expect(try decider.decide(Example.event(["image_family": "oe"]), id: 1).isEmpty)
    #expect(try decider.decide(Example.event(), id: 1).count == 1)
  }

  @Test("Rules decide in the order of their names")
  func ruleOrder() throws {
    let rules = try ["zeta", "alpha", "mid"].map {
      try Example.rule(Self.rule.replacing("rule: r", with: "rule: \($0)"))
    }
    let decider = Decider(
      rules: rules, templates: try Example.templates(["t": Example.job()]), lab: Example.lab([Example.board("a")]))
    #expect(try decider.decide(Example.event(), id: 1).map(\.rule) == ["alpha", "mid", "zeta"])
  }

  @Test(
    "In any lab every board has a job or a reason, and the order in which boards come changes nothing",
    arguments: UInt64(1)...40)
  func anyLab(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let boards = RandomLab.boards(using: &random)
    let forbidden = Set(boards.map(\.hostname).filter { _ in Int.random(in: 0..<6, using: &random) == 0 })
    let limits = Bool.random(using: &random) ? "limits: {boards_away: skip}\n" : ""
    let place = Bool.random(using: &random) ? "where: {tags: [t0]}\n" : ""
    let template = Bool.random(using: &random) ? Example.job("tags: [t1]") : Example.job("c: {{ board.hostname|yaml }}")
    let usual = Int.random(in: 0..<4, using: &random) > 0
    let decision = try decide(
      boards, rule: Self.rule + limits + place, template: usual ? Example.job() : template, forbidden: forbidden)
    let assigned = Set(decision.assignments.map(\.board))
    #expect(assigned.count == decision.assignments.count)
    for board in boards {
      let reasons = decision.summary.reasons(board: board.hostname, deviceType: board.deviceType)
      #expect(assigned.contains(board.hostname) || !reasons.isEmpty, "\(board)")
    }
    #expect(decision.summary.assigned == assigned.count)
    #expect(decision.summary.counts.values.reduce(0, +) + assigned.count == boards.count)
    #expect(assigned.isDisjoint(with: forbidden))
    let again = try decide(
      boards.shuffled(using: &random), rule: Self.rule + limits + place, template: usual ? Example.job() : template,
      forbidden: forbidden)
    #expect(again.assignments == decision.assignments)
    #expect(again.shapes.map(\.definition) == decision.shapes.map(\.definition))
    let paths = /\/[^ ]*\/boardcast-test-[^\/]*/
    #expect(
      again.summary.json.canonical.replacing(paths, with: "")
        == decision.summary.json.canonical.replacing(paths, with: ""))
  }
}
