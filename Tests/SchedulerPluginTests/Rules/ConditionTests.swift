import BuildEvents
import Matcher
import Testing

@testable import SchedulerPlugin

/// Protects the sentence "a field that is absent is not a match": silence never starts a test.
@Suite("Conditions of rules")
struct ConditionTests {
  @Test(
    "An absent field is no match, and the reason says so",
    arguments: [
      ("image_family", "the event has no image_family; the rule wants nano"),
      ("arch", "the event has no arch; the rule wants x86_64"),
    ])
  func absent(field: String, why: String) throws {
    let event = try Example.event([field: .null])
    let condition: EventCondition =
      field == "arch"
      ? .architecture(Set([Architecture(normalizing: "x86_64")].compactMap { $0 }))
      : .imageFamily(Set([ImageFamily(normalizing: "nano")].compactMap { $0 }))
    #expect(condition.whyNot(event) == why)
    #expect(try condition.whyNot(Example.event()) == nil)
  }

  @Test("A property must be there and equal, case included")
  func property() throws {
    let condition = EventCondition.property("branch", ["main", "next"])
    #expect(try condition.whyNot(Example.event()) == "the event has no properties.branch; the rule wants main or next")
    #expect(
      try condition.whyNot(Example.event(["properties": ["branch": "Main"]]))
        == "properties.branch is Main, not main or next")
    #expect(try condition.whyNot(Example.event(["properties": ["branch": "next"]])) == nil)
  }

  @Test("The source is compared exactly")
  func source() throws {
    #expect(try EventCondition.source(["Jenkins"]).whyNot(Example.event()) == "source is jenkins, not Jenkins")
    #expect(try EventCondition.source(["jenkins"]).whyNot(Example.event()) == nil)
  }

  @Test("Every demanded image must be there; more than demanded is fine")
  func images() throws {
    #expect(try EventCondition.images(["kernel"]).whyNot(Example.event()) == nil)
    #expect(
      try EventCondition.images(["kernel", "rootfs", "dtb"]).whyNot(Example.event())
        == "the event brings no dtb, rootfs image")
  }

  @Test("The shipped rule in Swift takes release candidates only, and brings an example it takes")
  func compiledExample() throws {
    let rule = ReleaseCandidateSmoke()
    for version in ["1.0-rc1", "6.12-rc10", "x-rc0"] {
      #expect(
        try rule.answer(to: Example.event(["properties": ["version": .string(version)]]))
          == .tests(TestPlan(template: "smoke", priority: 90)))
    }
    for version in ["1.0", "1.0-rc", "-rc1", "1.0-rc1-dirty", "1.0-RC1"] {
      #expect(
        try rule.answer(to: Example.event(["properties": ["version": .string(version)]]))
          == .ignores("properties.version is \(version), no release candidate"))
    }
    #expect(try rule.answer(to: Example.event()) == .ignores("the event has no properties.version"))
    let example = try #require(rule.example)
    #expect(rule.answer(to: example) == .tests(TestPlan(template: "smoke", priority: 90)))
  }
}
