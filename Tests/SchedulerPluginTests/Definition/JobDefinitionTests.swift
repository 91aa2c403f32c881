import Testing

@testable import SchedulerPlugin

/// Protects what the plugin reads out of a definition and what it tells the author of a bad one. Needs no LAVA.
@Suite("Job definitions")
struct JobDefinitionTests {
  private static let good = JobCase.job("as it is", "", nil).text

  private func mistake(in text: String) -> DefinitionMistake? {
    do {
      try JobDefinition.load(text).check()
      return nil
    } catch {
      return error
    }
  }

  @Test("The good job is accepted and its fields are read")
  func fields() throws {
    let job = try JobDefinition.load(Self.good)
    try job.check()
    #expect(job.jobName == "qemu smoke test")
    #expect(job.deviceType == "qemu")
    #expect(job.priority == 50)
    #expect(job.visibility == .public)
    #expect(job.queueTimeoutSeconds == 7200)
    #expect(job.tags == ["hvm", "big-disk"])
  }

  @Test(
    "Priority names and numbers become the column's number",
    arguments: [("high", 100), ("medium", 50), ("low", 0), ("7", 7), ("true", 1), ("0x10", 16)])
  func priority(text: String, number: Int) throws {
    #expect(try JobDefinition.load("priority: \(text)").priority == number)
  }

  @Test("No priority means medium")
  func noPriority() throws {
    #expect(try JobDefinition.load("a: b").priority == 50)
  }

  @Test("Every form of visibility is told apart")
  func visibility() throws {
    #expect(try JobDefinition.load("visibility: personal").visibility == .personal)
    #expect(try JobDefinition.load("visibility: {group: [a, b]}").visibility == .groups(["a", "b"]))
    #expect(try JobDefinition.load("visibility: {group: []}").visibility == .groups([]))
    #expect(try JobDefinition.load("visibility: {}").visibility == Visibility.none)
  }

  @Test("A mistake names the line of the key, or of the mapping that lacks one")
  func lines() {
    let text =
      "job_name: a\nvisibility: public\ndevice_type: q\ntimeouts:\n  job:\n    minutes: x\n"
      + "actions:\n- deploy: {to: t}\n"
    #expect(
      mistake(in: text)?.description == "line 6: expected int for dictionary value @ data['timeouts']['job']['minutes']"
    )
    let missing = mistake(in: text.replacing("    minutes: x", with: "    minutes: 1").replacing("{to: t}", with: "{}"))
    #expect(missing?.line == 8)
    #expect(missing?.path == "data['actions'][0]['deploy']['to']")
    #expect(mistake(in: "a: b\n c: d\n")?.line == 2)
    #expect(mistake(in: "a: b\nc: 1\nc: 2\n")?.line == 2)
    #expect(mistake(in: "a: {b: 1, 'b': 2}\n")?.line == 1)
    #expect(mistake(in: "a: b\nc: !foo d\n")?.line == 2)
  }

  @Test("A mistake never shows a value, which may be a secret")
  func secrets() {
    let job = JobCase.job("", "secrets", "secrets: [hunter2]\ntags: {hunter2: hunter2}").text
    #expect(mistake(in: job)?.description.contains("hunter2") == false)
    #expect(mistake(in: "a: !!int hunter2")?.description.contains("hunter2") == false)
    #expect(mistake(in: "a: [hunter2")?.description.contains("hunter2") == false)
  }

  @Test("Multinode is refused before anything else, with a way out")
  func multinode() {
    let message = mistake(in: "protocols: {lava-multinode: {roles: {}}}")?.message
    #expect(message?.contains("multinode jobs are not supported") == true)
  }

  @Test(
    "Queue timeouts that would end LAVA's scheduler are refused", arguments: ["days: 3651", "hours: -1", "days: 1e2"])
  func queue(duration: String) {
    let job = JobCase.job("", "timeouts", "timeouts:\n  job: {minutes: 1}\n  queue: {\(duration)}").text
    #expect(mistake(in: job)?.path?.hasPrefix("data['timeouts']['queue']") == true)
  }

  @Test("Notified users are listed for the check against the database")
  func users() throws {
    let job = try JobDefinition.load("notify: {recipients: [{to: {user: a}}, {to: {email: b}}, {to: {user: c}}]}")
    #expect(job.notifiedUsers == ["a", "c"])
  }

  @Test("What only this project refuses stays refused", arguments: YAMLCorpus.stricter)
  func stricter(text: String) {
    #expect(throws: DefinitionMistake.self) { try JobDefinition.load(text) }
  }

  @Test("A few lines of aliases cannot grow into billions of values")
  func aliasBomb() {
    var text = "a0: &a0 [x, x]\n"
    for level in 1...40 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    #expect(mistake(in: text)?.message.contains("values") == true)
    var merges = "m0: &m0 {a: 1}\n"
    for level in 1...40 { merges += "m\(level): &m\(level) {<<: [*m\(level - 1), *m\(level - 1)]}\n" }
    #expect(mistake(in: merges)?.message.contains("values") == true)
    #expect(mistake(in: text + "? *a40\n: x\n")?.message.contains("found unhashable key") == true)
    #expect(mistake(in: text + "? [*a40]\n: x\n")?.message.contains("found unhashable key") == true)
  }

  @Test("Deep nesting is refused, not followed until the stack ends")
  func depth() {
    for text in ["a: " + String(repeating: "[", count: 900) + String(repeating: "]", count: 900), deepBlock(900)] {
      #expect(mistake(in: text)?.message.contains("nested deeper than 100 levels") == true)
    }
    #expect(mistake(in: "a: " + String(repeating: "[", count: 100_000)) != nil)
    #expect(mistake(in: deepBlock(3000)) != nil)
  }

  private func deepBlock(_ depth: Int) -> String {
    (0..<depth).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
  }
}
