import BoardInventory
import BuildEvents
import Foundation
import Matcher
import Testing

@testable import SchedulerPlugin

/// Protects the one definition that many boards share: what may differ between boards is spliced, nothing else.
@Suite("Shapes")
struct ShapeTests {
  private func builder(
    _ texts: [String: String], plan: TestPlan = TestPlan(template: "t"), _ changes: [String: JSONValue] = [:]
  ) throws -> ShapeBuilder {
    ShapeBuilder(
      event: try Example.event(changes), eventID: 1, rule: "r", plan: plan, library: try Example.templates(texts))
  }

  private func refusal(_ builder: ShapeBuilder, _ board: Board) -> Reason? {
    guard case .failure(let refusal) = builder.shape(for: board) else { return nil }
    return refusal.reason
  }

  @Test("Boards of one type share a shape; another type has its own")
  func shared() throws {
    let builder = try builder(["t": Example.job()])
    let first = try builder.shape(for: Example.board("a")).get()
    #expect(try builder.shape(for: Example.board("b")).get() == first)
    #expect(first.board == nil)
    let other = try builder.shape(for: Example.board("c", type: "virt")).get()
    #expect(other != first)
    #expect(try JobDefinition.load(other.definition).deviceType == "virt")
  }

  @Test("A template that mentions the board, itself or in a part, is rendered per board")
  func mentionsBoard() throws {
    let line = "metadata: {board: {{ board.hostname|yaml }}}\n"
    for texts in [
      ["t": Example.job(line)], ["t": Example.job("{% include \"_p\" %}"), "_p": line],
      ["t": Example.job("{% include \"_p\" %}"), "_p": "{% include \"_q\" %}\n", "_q": line],
    ] {
      let builder = try builder(texts)
      for name in ["a", "b"] {
        let shape = try builder.shape(for: Example.board(name)).get()
        #expect(shape.board == name)
        #expect(
          try JobDefinition.load(shape.definition).root["metadata"]?.mapping?["board"] == .string(name))
      }
    }
  }

  @Test("The placeholder of the board's tag stands once in the definition, beside the template's own tags")
  func placeholder() throws {
    let shape = try builder(["t": Example.job("tags: [big, hvm]")]).shape(for: Example.board("a")).get()
    #expect(shape.tags == ["big", "hvm"])
    let text = shape.definition.replacing(BoardTag.placeholder, with: BoardTag.name(for: "a"))
    #expect(try JobDefinition.load(text).tags == ["big", "hvm", "board-a"])
    #expect(text.components(separatedBy: "board-a").count == 2)
  }

  @Test("A build that writes the placeholder into its name does not get another board's tag put there")
  func placeholderInEvent() throws {
    let builder = try builder(
      ["t": Example.job(name: "{{ event.build_id|yaml }}")], ["build_id": .string("x \(BoardTag.placeholder)")])
    #expect(refusal(builder, Example.board("a"))?.code == .definition)
  }

  @Test("Fields of the job row come from the rendered job, not from the rule alone")
  func fields() throws {
    let plan = TestPlan(template: "t", priority: 7, visibility: .groups(["kernel"]))
    let text = Example.job("metadata: {a: 1}").replacing(
      "job: {minutes: 5}", with: "job: {minutes: 5}\n  queue: {hours: 2}")
    let shape = try builder(["t": text], plan: plan).shape(for: Example.board("a")).get()
    #expect(shape.jobName == "r")
    #expect(shape.priority == 7)
    #expect(shape.visibility == .groups(["kernel"]))
    #expect(shape.queueTimeout == 7200)
    #expect(try JSONValue.parse(Array(shape.metadata.utf8)) == ["a": "1"])
    #expect(shape.template == "t")
  }

  @Test("What renders to no LAVA job is a reason with the template's path")
  func noJob() throws {
    let reason = try #require(
      refusal(
        try builder(["t": Example.job().replacing("{to: tmpfs}", with: "{}")]), Example.board("a")))
    #expect(reason.code == .definition)
    #expect(reason.detail.contains("/t.yaml: line "))
    #expect(reason.detail.contains("required key not provided @ data['actions'][0]['deploy']['to']"))
    let yaml = try #require(refusal(try builder(["t": "a: [\n"]), Example.board("a")))
    #expect(yaml.code == .definition)
    let missing = try #require(
      refusal(try builder(["t": Example.job("a: {{ event.log_url|yaml }}")]), Example.board("a")))
    #expect(missing.code == .template)
    #expect(missing.detail.contains("/t.yaml:1: event.log_url|yaml: it has no value"))
  }

  @Test("A job for another device type than the board's is refused: LAVA would send it elsewhere")
  func otherType() throws {
    let text = Example.job().replacing("{{ device_type|yaml }}", with: "panda")
    let reason = try #require(refusal(try builder(["t": text]), Example.board("a")))
    #expect(reason.code == .definition)
    #expect(reason.detail.contains("the job is for device type panda"))
  }

  @Test("A folder of templates serves boot methods; a board without one of them hears which there are")
  func bootMethods() throws {
    let texts = ["t/grub": Example.job("metadata: {m: grub}"), "t/u-boot": Example.job("metadata: {m: uboot}")]
    let both = Capabilities(
      bootMethods: Example.known(BootMethod(normalizing: "u-boot"), BootMethod(normalizing: "grub")))
    let builder = try builder(texts)
    #expect(try builder.shape(for: Example.board("a", capabilities: both)).get().template == "t/grub")
    #expect(
      refusal(builder, Example.board("b"))
        == Reason(.template, "template 't' serves the boot methods grub, u-boot; the board has qemu"))
    #expect(
      refusal(builder, Example.board("c", capabilities: .unknown))?.detail.hasSuffix("has none that is known") == true)
    #expect(refusal(try self.builder([:]), Example.board("a")) == Reason(.template, "there is no template 't'"))
    let asked = try self.builder(texts, ["bootloader": "u-boot"])
    #expect(try asked.shape(for: Example.board("a", capabilities: both)).get().template == "t/u-boot")
  }
}
