import BoardInventory
import BuildEvents
import Matcher
import Testing

@testable import SchedulerPlugin

/// Protects "one model, two ways to write it": the Swift form and the YAML form of a rule are the same rule.
@Suite("Rules composed in Swift")
struct ComposedRuleTests {
  private let composed = ComposedRule("nano-nightly", "Once a night.") {
    Limit(atOnce: [.deviceType: 4], oncePerHours: 20, newerBuild: .supersede)
    When("image_family", is: "nano")
    When("branch", like: "release/*")
    When("kernel_version", within: ">=6.1 <6.6")
    When(images: "kernel")
    On(.any(3), deviceTypes: ["panda"], tags: ["hdmi"])
    Run("regression", priority: 30, tests: ["boot"], tags: ["fast"])
  }

  private let written = """
    rule: nano-nightly
    description: Once a night.
    when:
      image_family: nano
      branch: {glob: 'release/*'}
      kernel_version: '>=6.1 <6.6'
      images: kernel
    where: {target: {any: 3}, device_types: panda, tags: hdmi}
    how: {template: regression, priority: 30, tags: fast}
    tests: boot
    limits:
      at_once: {device_type: 4}
      once_per: {hours: 20}
      newer_build: supersede
    """

  @Test("Both forms give the same answers, reasons included, and the same example")
  func same() throws {
    let yaml = try Example.rule(written)
    #expect(composed.mistakes == [])
    let events: [[String: JSONValue]] = [
      ["kernel_version": "6.5", "properties": ["branch": "release/1"]],
      ["kernel_version": "6.6", "properties": ["branch": "release/1"]],
      ["kernel_version": "6.5", "properties": ["branch": "main"]],
      ["kernel_version": "6.5"], ["image_family": "oe"], [:],
    ]
    for changes in events {
      let event = try Example.event(changes)
      #expect(composed.answer(to: event) == yaml.answer(to: event))
    }
    let example = try #require(yaml.example)
    #expect(composed.example == example)
    #expect(composed.answer(to: example) == .tests(yaml.plan))
  }

  @Test("Parts may come from conditions and loops")
  func parts() throws {
    let isStrict = true
    let rule = ComposedRule("r", "") {
      When("source", is: "jenkins")
      if isStrict { When("branch", isNot: "wip") }
      for role in ["kernel", "ramdisk"] { When(images: role) }
      Run("t")
    }
    #expect(try rule.answer(to: Example.event(["properties": ["branch": "main"]])) == .tests(TestPlan(template: "t")))
    #expect(
      try rule.answer(to: Example.event(["properties": ["branch": "wip"]]))
        == .ignores("properties.branch is wip, which the rule excludes"))
  }

  @Test("A mistake is told with file and line, and such a rule tests nothing")
  func mistakes() throws {
    let rule = ComposedRule("r", "", file: "Lab/R.swift", line: 7) {
      When("branch", matches: "(a+)+$")
      When("image_famly", is: "nano")
      On()
    }
    #expect(
      rule.mistakes.map(\.description) == [
        "Lab/R.swift:7: rule 'r': the regular expression '(a+)+$' takes for ever on some texts; "
          + "put no repetition inside a repetition, as in (a+)+",
        "Lab/R.swift:7: rule 'r': no field 'image_famly' is known; did you mean 'image_family'?",
        "Lab/R.swift:7: the rule 'r' runs nothing; add Run(\"TEMPLATE\")",
        "Lab/R.swift:7: the rule 'r' would test every build there is; add When(…)",
      ])
    guard case .ignores = try rule.answer(to: Example.event()) else {
      Issue.record("a rule with mistakes took an event")
      return
    }
    let files = LabFiles.read(LabFolders(devices: [], templates: [], rules: []), compiled: [rule])
    #expect(files.mistakes == rule.mistakes)
  }
}
