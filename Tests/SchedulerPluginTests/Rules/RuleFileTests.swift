import BoardInventory
import BuildEvents
import Matcher
import Testing

@testable import SchedulerPlugin

/// Protects people who write rules: every mistake is named where it stands, and none makes a rule that tests everything.
@Suite("Rule files")
struct RuleFileTests {
  private static let good = "rule: r\nwhen: {image_family: nano}\nhow: {template: t}\n"

  private func mistake(_ text: String) -> String? {
    do {
      _ = try Example.rule(text)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test("A whole rule is read")
  func whole() throws {
    let rule = try Example.rule(
      """
      rule: nightly
      description: Every night.
      when:
        image_family: [nano, oe]
        arch: [aarch64]
        source: jenkins
        images: [kernel, dtb]
        properties:
          branch: [main, next]
          flavour: 1
      where:
        target: each_board
        device_types: [qemu]
        tags: [big]
      how:
        template: smoke
        priority: high
        visibility: {group: [kernel-team]}
        parameters: {suite: ltp, rounds: 3, empty: }
      limits:
        boards_away: wait
        wait_hours: 8760
      """)
    #expect(rule.name == "nightly")
    #expect(rule.summary == "Every night.")
    #expect(
      rule.when == [
        .imageFamily(Set(["nano", "oe"].compactMap(ImageFamily.init(normalizing:)))),
        .architecture(Set([Architecture(normalizing: "arm64")].compactMap { $0 })),
        .source(["jenkins"]), .property("branch", ["main", "next"]), .images(["kernel", "dtb"]),
        .property("flavour", ["1"]),
      ])
    #expect(
      rule.plan
        == TestPlan(
          template: "smoke", narrowing: Requirements(deviceTypes: [DeviceTypeName("qemu")], tags: ["big"]),
          priority: 100, visibility: .groups(["kernel-team"]),
          parameters: ["suite": "ltp", "rounds": "3", "empty": ""], boardsAway: .wait(hours: 8760)))
    #expect(rule.file == "rules/r.yaml")
  }

  @Test("What a rule does not say has its documented default")
  func defaults() throws {
    #expect(try Example.rule(Self.good).plan == TestPlan(template: "t", priority: 50, boardsAway: .wait(hours: 24)))
    #expect(try Example.rule(Self.good).summary == "")
  }

  @Test(
    "Every kind of mistake is named with its line and its mend",
    arguments: [
      ("ruel: r\n", "rules/r.yaml:1: unknown key 'ruel'; did you mean 'rule'?"),
      ("when: {source: s}\nhow: {template: t}\n", ":1: 'rule' is missing; give the rule a name"),
      ("rule: r\nhow: {template: t}\n", ":1: 'when' is missing; say which events it is for"),
      ("rule: r\nwhen: {source: s}\n", ":1: 'how' is missing; name the job template"),
      ("rule: r\nwhen: {source: s}\nhow:\n  priority: 1\n", ":4: 'template' is missing; name a file or folder"),
      ("rule: r\nwhen: {}\nhow: {template: t}\n", ":2: 'when' is empty, so the rule would test every build"),
      ("rule: r\nwhen:\n  source:\nhow: {template: t}\n", ":3: 'when' is empty, so the rule would test every build"),
      ("rule: r\nwhen:\n  properties: {}\nhow: {template: t}\n", ":3: 'when' is empty"),
      ("rule: r\nwhen:\n  images: []\nhow: {template: t}\n", ":3: 'images' is an empty list"),
      ("rule: r\nwhen:\n  source: []\nhow: {template: t}\n", ":3: 'source' is an empty list"),
      ("rule: r\nwhen:\n  properties: {a: []}\nhow: {template: t}\n", ":3: 'a' is an empty list"),
      ("rule: r\nwhen:\n  properties:\n    a:\nhow: {template: t}\n", ":4: 'a' is an empty list"),
      ("rule: Two Words\nwhen: {source: s}\nhow: {template: t}\n", ":1: the rule's name 'Two Words' is no lower-case"),
      ("rule: \(String(repeating: "r", count: 51))\nwhen: {source: s}\nhow: {template: t}\n", "is no lower-case word"),
      (
        "rule: r\nwhen:\n  arch: arm46\nhow: {template: t}\n", ":3: 'arm46' in 'arch' is no name anybody knows; did you"
      ),
      ("rule: r\nwhen:\n  image_family: 'a b'\nhow: {template: t}\n", ":3: 'a b' in 'image_family' is no name"),
      (
        "rule: r\nwhen:\n  image_famly: a\nhow: {template: t}\n", ":3: unknown key 'image_famly'; did you mean 'image_f"
      ),
      (
        "\(good)where:\n  target: one_board\n",
        ":5: the target 'one_board' is unknown; the targets are: each_board, each"
      ),
      ("\(good)where:\n  device_type: x\n", ":5: unknown key 'device_type'; did you mean 'device_types'?"),
      ("\(good)where:\n  target: {any: 0}\n", ":5: 'any' must say how many boards; use 1 to 1000"),
      ("\(good)where:\n  exclude: {}\n", ":5: 'exclude' is empty; name boards, or leave it out"),
      ("\(good)where:\n  architectures: arm46\n", ":5: 'arm46' in 'architectures' is no name anybody knows; did you"),
      ("\(good)where:\n  health_check: {}\n", ":5: 'health_check' must say one length of time; write 'within: {"),
      ("\(good)where:\n  health_check: {within: {days: 1}, over: {days: 2}}\n", ":5: 'health_check' must say one"),
      ("\(good)where:\n  health_check: {whithin: {days: 1}}\n", ":5: unknown key 'whithin'; did you mean 'within'?"),
      ("\(good)where:\n  health_check: {within: {seconds: 1}}\n", ":5: unknown key 'seconds'"),
      ("\(good)where:\n  exclude:\n    health_check: {over: {minutes: 0}}\n", ":6: the time is 0 s long"),
      ("\(good)tests: {a: b}\n", ":4: 'tests' must be a word or a list of words"),
      ("\(good)example: {arch: arm46}\n", ":4: the example is no event"),
      ("\(good)limits:\n  at_once: {bord: 1}\n", ":5: unknown key 'bord'; did you mean 'board'?"),
      ("\(good)limits:\n  at_once: {board: 0}\n", ":5: 'board' is 0; use 1 to 100000"),
      ("\(good)limits:\n  once_per: {seconds: 5}\n", ":5: unknown key 'seconds'"),
      ("\(good)limits:\n  once_per: {minutes: 0}\n", ":5: the time is 0 s long; use a minute to ten years"),
      ("\(good)limits:\n  newer_build: superseed\n", ":5: 'newer_build' is 'superseed'; use keep, supersede or cancel"),
      ("\(good)limits:\n  zone: Europe/Berlin\n", ":5: 'zone' stands without 'windows'"),
      (
        "\(good)limits:\n  zone: Berlin\n  windows: [{from: '20:00', to: '06:00'}]\n",
        ":5: 'Berlin' is no time zone; did you mean 'Europe/Berlin'?"
      ),
      ("\(good)limits:\n  zone: GMT+1\n  windows: []\n", ":5: 'GMT+1' is no time zone"),
      ("\(good)limits:\n  windows:\n  - {from: '20:00'}\n", ":6: 'to' is missing; write a time of day"),
      ("\(good)limits:\n  windows:\n  - {from: '20:00', to: '20:00'}\n", ":6: the window is empty"),
      ("\(good)limits:\n  windows:\n  - {from: '24:00', to: '20:00'}\n", ":6: '24:00' is no time of day"),
      (
        "\(good)limits:\n  windows: [{days: [someday], from: '1:00', to: '2:00'}]\n",
        ":5: 'someday' is no day; the days"
      ),
      ("\(good)limits:\n  windows: {from: '1:00', to: '2:00'}\n", ":5: 'windows' must be a list"),
      ("\(good)limits:\n  wait_hours: 0\n", ":5: 'wait_hours' is 0; use 1 to 8760"),
      ("\(good)limits:\n  wait_hours: 8761\n", ":5: 'wait_hours' is 8761; use 1 to 8760"),
      ("\(good)limits:\n  wait_hours: soon\n", ":5: 'wait_hours' must be a whole number, not 'soon'"),
      ("\(good)limits:\n  boards_away: drop\n", ":5: 'boards_away' is 'drop'; use wait or skip"),
      ("\(good)limits:\n  hours: 1\n", ":5: unknown key 'hours'"),
      ("\(good)rule: s\n", "the key rule stands there twice"),
      ("- rule: r\n", "the file must be a mapping"),
    ])
  func mistakes(text: String, expected: String) {
    #expect(mistake(text)?.contains(expected) == true, "\(mistake(text) ?? "no mistake")")
  }

  @Test(
    "Mistakes in how a job is to be made",
    arguments: [
      ("priority: 101", "the priority '101' is none of LAVA's; use low, medium, high or 0 to 100"),
      ("priority: -1", "the priority '-1' is none of LAVA's"),
      ("priority: urgent", "the priority 'urgent' is none of LAVA's"),
      ("visibility: private", "the visibility 'private' is none of LAVA's; use public, personal or 'group:"),
      ("visibility: {groups: [a]}", "unknown key 'groups'; did you mean 'group'?"),
      ("visibility: {group: []}", "'group' names no group; name the LAVA groups that may see the jobs"),
      ("visibility: {}", "'group' names no group"),
      ("visibility: [public]", "'visibility' must be a mapping"),
      ("parameters: [a]", "'parameters' must be a mapping"),
      ("parameters: {a: [b]}", "'a' must be a word or a text"),
      ("queue_timeout: 5", "'queue_timeout' must be a mapping"),
      ("queue_timeout: {hours: many}", "'hours' must be a whole number"),
      ("tags: ['\(String(repeating: "t", count: 101))']", "'ttt"),
      ("templates: x", "unknown key 'templates'; did you mean 'template'?"),
    ])
  func howMistakes(line: String, expected: String) {
    let text = "rule: r\nwhen: {source: s}\nhow:\n  template: t\n  \(line)\n"
    #expect(mistake(text)?.hasPrefix("rules/r.yaml:5: \(expected)") == true, "\(mistake(text) ?? "no mistake")")
  }

  @Test(
    "LAVA's words and numbers for a priority",
    arguments: [("low", 0), ("medium", 50), ("high", 100), ("0", 0), ("7", 7)])
  func priority(word: String, number: Int) throws {
    let rule = try Example.rule("rule: r\nwhen: {source: s}\nhow: {template: t, priority: \(word)}\n")
    #expect(rule.plan.priority == number)
  }

  @Test("A rule answers only events that meet every condition, and says which one failed first")
  func answer() throws {
    let rule = try Example.rule(
      "rule: r\nwhen: {image_family: nano, arch: arm64, source: jenkins}\nhow: {template: t}\n")
    #expect(try rule.answer(to: Example.event(["arch": "aarch64"])) == .tests(rule.plan))
    #expect(try rule.answer(to: Example.event()) == .ignores("arch is x86_64, not arm64"))
    #expect(
      try rule.answer(to: Example.event(["image_family": "oe"])) == .ignores("image_family is oe, not nano"))
  }

  @Test("The example of a declared rule is an event the rule answers")
  func example() throws {
    let rule = try Example.rule(
      """
      rule: r
      when: {image_family: oe, arch: [arm, arm64], source: [a, b], images: [dtb], properties: {x: [y, z]}}
      how: {template: t}
      """)
    let event = try #require(rule.example)
    #expect(rule.answer(to: event) == .tests(rule.plan))
  }

  @Test("The shipped files lead to LAVA jobs, without a mistake, compiled rules included")
  func shipped() throws {
    let files = Example.shippedFiles()
    #expect(files.mistakes == [])
    let check = RuleCheck(files)
    #expect(check.mistakes == [])
    // The Swift rule's example has no file systems, so its boards cannot be those that need one.
    let regression = [
      "barebox", "depthcharge", "fastboot", "grub", "grub-efi", "ipxe", "minimal", "qemu", "u-boot",
      "uefi", "uefi-menu",
    ].map { "regression/\($0)" }
    let smoke = ["barebox", "depthcharge", "grub", "grub-efi", "ipxe", "qemu", "u-boot", "uefi-menu"].map {
      "smoke/\($0)"
    }
    #expect(check.jobs.map(\.template) == regression + smoke)
  }
}
