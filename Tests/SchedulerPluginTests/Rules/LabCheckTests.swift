import BoardInventory
import LabSupport
import Matcher
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects people from rules that look right and never make a job: each kind of finding, on LAVA's real tables.
@Suite("Rules held against the lab")
struct LabCheckTests {
  /// A lab of two qemu boards, one with a tag, a retired panda, a hidden type and an alias.
  private func check(
    _ rules: [String], templates: [String: String] = [:]
  ) async throws -> LabCheck {
    let files = LabFiles(
      catalogue: Example.shippedFiles().catalogue,
      templates: try Example.templates(["t": Example.job()].merging(templates) { _, new in new }),
      rules: try rules.map(Example.rule), mistakes: [])
    return try await TestLab.with(files: files) { lab in
      try await lab.connection.withTransaction { session in
        try LAVARows.tag("qemu-01", "hdmi", session)
        for type in ["panda", "beaglebone-black"] { try LAVARows.addDeviceType(type, session) }
        try LAVARows.addDeviceType("hidden-x86", displayed: false, session)
        try LAVARows.addDevice("p-1", type: "panda", health: 5, worker: "worker-1", session)
        try LAVARows.addDevice("h-1", type: "hidden-x86", worker: "worker-1", session)
        _ = try session.execute("INSERT INTO lava_scheduler_app_alias (name, device_type_id) VALUES ('virt', 'qemu')")
      }
      return try await lab.connection.withTransaction(.repeatableRead, readOnly: true) {
        try LabCheck.run(lab.files, $0)
      }
    }
  }

  private func rule(_ more: String = "", name: String = "r", when: String = "image_family: nano") -> String {
    "rule: \(name)\nwhen: {\(when)}\nhow: {template: t}\n\(more)"
  }

  private func words(_ check: LabCheck) -> [String] {
    check.findings.map { ($0.isMistake ? "mistake: " : "") + $0.what.message + ($0.what.mend.map { "; \($0)" } ?? "") }
  }

  @Test("A sound rule has no findings, and its example's jobs are counted")
  func sound() async throws {
    let check = try await check([rule()])
    #expect(words(check) == [])
    #expect(check.estimates.filter { $0.architecture == "x86_64" }.map(\.jobs) == [2])
    #expect(check.estimates.first?.description.hasPrefix("r (") == true)
  }

  @Test("A lab without boards is one finding, however many rules there are")
  func empty() async throws {
    try await TestLab.with(boards: []) { lab in
      let check = try await lab.connection.withTransaction(.repeatableRead, readOnly: true) {
        try LabCheck.run(lab.files, $0)
      }
      #expect(words(check) == ["LAVA has no boards yet, so no rule makes a job"] && check.estimates == [])
    }
  }

  @Test(
    "Names that the lab does not have, with the nearest one",
    arguments: [
      ("where: {device_types: [qmu, qemu]}", ["mistake: LAVA has no device type 'qmu'; did you mean 'qemu'?"]),
      ("where: {device_types: [imx8mp-evk, qemu]}", ["LAVA has no device type 'imx8mp-evk'"]),
      ("where: {device_types: [virt]}", ["'virt' is LAVA's alias of the device type 'qemu'; write 'qemu'"]),
      ("where: {device_types: [panda, qemu]}", ["every board of the device type 'panda' is retired"]),
      (
        "where: {device_types: [hidden-x86, qemu]}",
        ["the device type 'hidden-x86' is hidden in LAVA, and gets no jobs"]
      ),
      (
        "where: {device_types: [beaglebone-black, qemu]}",
        ["the lab has no board of the device type 'beaglebone-black'"]
      ),
      ("where: {exclude: {tags: hdmo}}", ["no board of the lab carries the tag 'hdmo'; did you mean 'hdmi'?"]),
      ("where: {workers: ['rack-*', 'worker-*']}", ["no worker of the lab is called 'rack-*'"]),
      ("where: {boards: [qemu-03, qemu-01]}", ["no board of the lab is called 'qemu-03'; did you mean 'qemu-01'?"]),
    ])
  func names(place: String, findings: [String]) async throws {
    #expect(try await words(check([rule(place)])) == findings)
  }

  @Test("Submitters that are no active users and groups that do not exist")
  func people() async throws {
    let rule =
      "rule: r\nwhen: {image_family: nano}\nhow: {template: t, submitter: ci-bt, visibility: {group: [gone]}}\n"
    let found = try await words(check([rule]))
    #expect(found.contains("mistake: LAVA has no active user 'ci-bt', the rule's submitter; did you mean 'ci-bot'?"))
    #expect(found.contains("mistake: LAVA has no group 'gone' for the jobs to be visible to"))
  }

  @Test("A rule that can never match says why, by its boards and by its images")
  func never() async throws {
    let tagged = try await check([rule("where: {tags: [hdmi], device_types: [panda]}")])
    #expect(words(tagged).count { $0.hasPrefix("the rule can never match: no board of the lab fits its 'where'") } == 1)
    #expect(tagged.estimates == [])
    let images = try await check([rule(when: "image_family: nano, bootloader: fastboot")])
    let words = words(images)
    let never = "the rule can never match: no board of the lab can run the images it is for"
    #expect(words.count == 1 && words.first?.hasPrefix(never) == true, "\(words)")
    #expect(words.first?.contains("bootloader: wants fastboot") == true, "\(words)")
  }

  @Test("A template that is no LAVA job on some type is a mistake, one that serves other boot methods a warning")
  func templates() async throws {
    let broken = Example.job().replacing("job_name: {{ rule.name|yaml }}", with: "job_name: ''")
    let mistakes = try await check([rule()], templates: ["t": broken]).findings
    #expect(mistakes.map(\.isMistake) == [true])
    #expect(mistakes.first?.what.message.contains("device type ") == true, "\(mistakes)")
    let other = "rule: r\nwhen: {image_family: nano}\nhow: {template: f}\n"
    let warnings = try await check([other], templates: ["f/u-boot": Example.job()]).findings
    #expect(!warnings.isEmpty && warnings.allSatisfy { !$0.isMistake }, "\(warnings)")
    #expect(warnings.first?.what.message.contains("serves the boot methods u-boot") == true, "\(warnings)")
  }

  @Test("Rules that double or shadow each other on the same boards, and only those")
  func doubles() async throws {
    let same = try await words(check([rule(name: "a"), rule(name: "b", when: "image_family: [nano]")]))
    #expect(
      same.count == 1 && same[0].hasPrefix("the rule takes the same events as 'a', with the same template 't'"),
      "\(same)")
    let narrower = rule(name: "b", when: "image_family: nano, branch: {glob: 'v*'}")
    let shadowed = try await check([rule(name: "a"), narrower]).findings
    try #require(shadowed.map(\.rule) == ["b"])
    #expect(shadowed[0].what.message.hasPrefix("the rule is shadowed: every event of it is also taken by 'a'"))
    let value = try await words(
      check([rule(name: "a", when: "branch: {glob: 'v*'}"), rule(name: "b", when: "branch: v12")]))
    #expect(value.count == 1 && value[0].contains("is shadowed"))
    #expect(
      try await check([rule(name: "a"), rule(name: "b", when: "image_family: oe")]).findings.count { _ in true } <= 1)
    let apart = [rule("where: {boards: qemu-01}", name: "a"), rule("where: {boards: qemu-02}", name: "b")]
    #expect(try await words(check(apart)) == [])
  }

  @Test("Conditions that imply others are told from those that only look like it")
  func implication() throws {
    func when(_ text: String) throws -> [EventCondition] {
      try Example.rule("rule: r\nwhen: {\(text)}\nhow: {template: t}\n").when
    }
    func implies(_ first: String, _ second: String) throws -> Bool {
      try DoublesCheck.implies(when(first), when(second))
    }
    #expect(try implies("branch: v1", "branch: [v1, v2]"))
    #expect(try !implies("branch: [v1, v2]", "branch: v1"))
    #expect(try implies("branch: v1", "branch: {not: v2}"))
    #expect(try implies("kernel_version: '6.3', branch: x", "kernel_version: '>=6.1 <6.6'"))
    #expect(try !implies("branch: {glob: 'v*'}", "branch: v1"))
    #expect(try implies("images: [kernel, ramdisk]", "images: [kernel]"))
    #expect(try !implies("images: [kernel]", "images: [kernel, ramdisk]"))
  }
}
