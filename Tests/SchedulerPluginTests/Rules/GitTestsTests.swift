import BoardInventory
import BuildEvents
import LabSupport
import Matcher
import Testing

@testable import SchedulerPlugin

/// Protects tests out of git: what a rule names stands in the job as LAVA's schema wants it, and nothing else does.
@Suite("Tests out of git")
struct GitTestsTests {
  private static let head = "rule: r\nwhen: {image_family: nano}\nhow: {template: t}\n"
  private static let whole = """
    tests:
    - ltp
    - name: smoke-1.0
      repository: https://git.example/tests.git
      path: automated/smoke.yaml
      branch: main
      revision: 0a1b2c
      parameters: {SKIP: "yes: {{ event.source }}", ROUNDS: 3}
      timeout: {minutes: 90}
    - {name: other, repository: "git@git.example:t", path: t.yaml}
    """

  private func job(_ tests: String) throws -> JobDefinition {
    let plan = try Example.rule(Self.head + tests).plan
    let library = try Example.templates([
      "t": Example.job() + "{% tests \"usual\" %}\n", "tests/usual": "- test: {definitions: []}\n",
      "tests/ltp": "- test: {monitors: []}\n",
    ])
    let builder = ShapeBuilder(event: try Example.event(), eventID: 1, rule: "r", plan: plan, library: library)
    return try JobDefinition.load(builder.shape(for: Example.board("a")).get().definition)
  }

  private func tests(_ job: JobDefinition) -> [YAMLValue] {
    guard case .sequence(let actions) = job.root["actions"] else { return [] }
    return actions.compactMap { $0.mapping?["test"] }
  }

  @Test("Blocks come first, then each definition in an action with its own time")
  func whole() throws {
    let job = try job(Self.whole)
    for rules in SubmissionRules.allCases { try job.check(against: rules) }
    let tests = tests(job)
    #expect(tests.count == 3)
    #expect(tests[1].mapping?["timeout"]?.mapping?["seconds"] == .int(5_400))
    guard case .sequence(let definitions) = tests[1].mapping?["definitions"], let first = definitions.first?.mapping
    else {
      Issue.record("no definitions in \(tests)")
      return
    }
    #expect(first["from"] == .string("git") && first["name"] == .string("smoke-1.0"))
    #expect(first["repository"] == .string("https://git.example/tests.git"))
    #expect(first["path"] == .string("automated/smoke.yaml"))
    #expect(first["branch"] == .string("main") && first["revision"] == .string("0a1b2c"))
    #expect(first["parameters"]?.mapping?["ROUNDS"] == .string("3"))
    // What looks like a template in a rule is text.
    #expect(first["parameters"]?.mapping?["SKIP"] == .string("yes: {{ event.source }}"))
    #expect(tests[2].mapping?["timeout"]?.mapping?["seconds"] == .int(1_800))
  }

  @Test("Tests out of git alone take the place of the template's usual block")
  func alone() throws {
    #expect(tests(try job("tests: [{name: a, repository: r, path: p}]\n")).count == 1)
    #expect(tests(try job("")).count == 1)
  }

  @Test(
    "Mistakes are named with line and mend",
    arguments: [
      ("{repository: r, path: p}", "'name' is missing; name the tests"),
      ("{name: a, path: p}", "'repository' is missing; write the address that git clones"),
      ("{name: a, repository: r}", "'path' is missing; write the definition's file"),
      ("{name: a b, repository: r, path: p}", "'a b' can be no name of tests; LAVA takes"),
      ("{name: a, repository: --upload-pack=x, path: p}", "'--upload-pack=x' is nothing that git could take"),
      ("{name: a, repository: r, path: p, revision: -f}", "'-f' is nothing that git could take"),
      ("{name: a, repository: r, path: p, branch: 'a b'}", "'a b' is nothing that git could take"),
      ("{name: a, repository: r, path: /etc/passwd}", "'/etc/passwd' is not in the repository"),
      ("{name: a, repository: r, path: a/../../p}", "'a/../../p' is not in the repository"),
      ("{name: a, repository: r, path: p, parameter: {}}", "unknown key 'parameter'; did you mean 'parameters'?"),
      ("{name: a, repository: r, path: p, timeout: {minutes: 0}}", "the time is 0 s long"),
      ("[a]", "'tests' must be a list of words and mappings"),
    ])
  func mistakes(item: String, expected: String) {
    #expect {
      try Example.rule(Self.head + "tests:\n- \(item)\n")
    } throws: { error in
      let line = item == "[a]" ? 4 : 5
      return "\(error)".hasPrefix("rules/r.yaml:\(line): \(expected)")
    }
  }

  @Test("Two rules with other tests out of git are no doubles")
  func doubles() throws {
    let one = try Example.rule(Self.head + "tests: [{name: a, repository: r, path: p}]\n")
    let other = try Example.rule(
      Self.head.replacing("rule: r", with: "rule: s") + "tests: [{name: a, repository: r, path: q}]\n")
    #expect(DoublesCheck(lab: Example.lab([Example.board("a")])).findings([one, other]) == [])
  }
}
