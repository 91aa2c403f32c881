import BoardInventory
import BuildEvents
import Testing

@testable import SchedulerPlugin

/// Protects boards from other boards' jobs: what a definition says must name just the board it was made for.
@Suite("How a job finds its board")
struct BoardRouteTests {
  private func shape(_ rules: SubmissionRules) throws -> Shape {
    try ShapeBuilder(
      event: try Example.event(), eventID: 1, rule: "r", plan: TestPlan(template: "t"),
      library: try Example.templates(["t": Example.job("tags: [big]")]), lava: SubmissionFacts(rules: rules)
    ).shape(for: Example.board("a")).get()
  }

  @Test("LAVA with a column for it is asked by name, an older one by the board's own tag; the text tells them apart")
  func chosen() throws {
    let newer = try shape(.lava2026_10)
    #expect(newer.route == .requestedDevice)
    #expect(BoardRoute(of: newer.definition) == .requestedDevice)
    #expect(newer.tags == ["big"])
    let job = try JobDefinition.load(newer.route.definition(newer.definition, for: "a"))
    #expect(job.requestedDevice == "a")
    #expect(job.requestedWorker == nil)
    #expect(job.tags == ["big"])
    let older = try shape(.lava2023_01)
    #expect(older.route == .ownTag)
    #expect(BoardRoute(of: older.definition) == .ownTag)
    let tagged = try JobDefinition.load(older.route.definition(older.definition, for: "a"))
    #expect(tagged.requestedDevice == nil)
    #expect(tagged.tags == ["big", "board-a"])
  }

  @Test(
    "Four boards of one shape share a pool, three do not, nor those whose shape names the board, nor on a newer LAVA")
  func pooled() throws {
    let older = try shape(.lava2023_01)
    #expect(
      [0, 1, 3, 4, 500].map { older.serving($0, within: RuleLimits()).route } == [
        .ownTag, .ownTag, .ownTag, .pool, .pool,
      ])
    for limits in [RuleLimits(atOnce: [.rule: 9]), RuleLimits(oncePer: 60), RuleLimits(newerBuild: .cancel)] {
      #expect(older.serving(500, within: limits).route == .ownTag)
    }
    #expect(try shape(.lava2026_10).serving(500, within: RuleLimits()).route == .requestedDevice)
    let named = try ShapeBuilder(
      event: try Example.event(), eventID: 1, rule: "r", plan: TestPlan(template: "t"),
      library: try Example.templates(["t": Example.job(name: "{{ board.hostname|yaml }}")])
    ).shape(for: Example.board("a")).get()
    #expect(named.serving(4, within: RuleLimits()).route == .ownTag)
  }

  @Test(
    "The jobs of a pool are as if nobody had marked them: the text LAVA's dump writes, with the template's own tags")
  func unmarked() throws {
    for (lines, tags) in [("tags: [big]", ["big"]), ("", []), ("tags: [big, tall]", ["big", "tall"])] {
      let shape = try ShapeBuilder(
        event: try Example.event(), eventID: 1, rule: "r", plan: TestPlan(template: "t"),
        library: try Example.templates(["t": Example.job(lines)])
      ).shape(for: Example.board("a", tags: ["big", "tall"])).get()
      let text = BoardRoute.unmarked(shape.definition)
      let job = try JobDefinition.load(text)
      #expect(job.tags == tags)
      #expect(job.dumped(sortedKeys: true) == text)
      #expect(BoardRoute.ownTag.marked(job).dumped(sortedKeys: true) == shape.definition)
    }
  }

  @Test(
    "A name that YAML would read as a number, a date or nothing stays the board's name, as LAVA's dump writes it",
    arguments: [
      "qemu-01", "1", "1.5", "1e3", "010", "0x1f", "1_000", "yes", "No", "null", "true", "2026-11-23", "-", "..", ".5",
      "_", "-1", "board.rack-3", "a: b", "x #y", String(repeating: "n", count: 200), "é",
    ])
  func quoted(hostname: String) throws {
    let shape = try shape(.lava2026_10)
    let text = shape.route.definition(shape.definition, for: hostname)
    let job = try JobDefinition.load(text)
    #expect(job.requestedDevice == hostname)
    #expect(job.dumped(sortedKeys: false) == text)
    #expect(try job == JobDefinition.load(shape.definition).setting("device", to: .string(hostname)))
  }

  @Test("Text of a build that looks like the line for the board is refused, not taken for it")
  func likeness() throws {
    let builder = ShapeBuilder(
      event: try Example.event(["build_id": .string("device: \(BoardTag.placeholder)")]), eventID: 1, rule: "r",
      plan: TestPlan(template: "t"),
      library: try Example.templates(["t": Example.job(name: "{{ event.build_id|yaml }}")]))
    #expect(throws: ShapeBuilder.Refusal.self) { try builder.shape(for: Example.board("a")).get() }
  }
}
