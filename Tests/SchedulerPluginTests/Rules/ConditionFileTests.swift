import BuildEvents
import Testing

@testable import SchedulerPlugin

/// Protects what people write under `when`: it means what it says, and what it cannot mean is told with its line.
@Suite("What a rule's 'when' can say")
struct ConditionFileTests {
  private static func rule(_ when: String) -> String { "rule: r\nwhen:\n  \(when)\nhow: {template: t}\n" }

  private func takes(_ when: String, _ changes: [String: JSONValue]) throws -> Bool {
    guard case .tests = try Example.rule(Self.rule(when)).answer(to: Example.event(changes)) else { return false }
    return true
  }

  @Test(
    "Globs, expressions, negations, ranges and lists",
    arguments: [
      ("source: {glob: 'jen*'}", [:], true),
      ("source: {glob: 'jen'}", [:], false),
      ("source: {glob: ['a*', '?enkins']}", [:], true),
      ("source: {not: jenkins}", [:], false),
      ("source: {not: [gitlab, offspring]}", [:], true),
      ("source: {not: {glob: '*lab'}}", [:], true),
      ("branch: {not: main}", [:], false),
      ("branch: {not: main}", ["properties": ["branch": "next"]], true),
      ("branch: {regex: '^release/[0-9]+$'}", ["properties": ["branch": "release/12"]], true),
      ("branch: {regex: '^release/[0-9]+$'}", ["properties": ["branch": "release/12-x"]], false),
      ("branch: {glob: 'release/*', not: release/1}", ["properties": ["branch": "release/1"]], false),
      ("branch: {glob: 'release/*', not: release/1}", ["properties": ["branch": "release/2"]], true),
      ("tree: mainline", ["properties": ["tree": "mainline"]], true),
      ("producer: kernelci", ["properties": ["producer": "jenkins"]], false),
      ("properties: {version: {version: '<2'}}", ["properties": ["version": "1.9"]], true),
      ("kernel_version: '>=6.1 <6.6'", ["kernel_version": "6.1.0-rc1"], false),
      ("kernel_version: '>=6.1 <6.6'", ["kernel_version": "6.1"], true),
      ("kernel_version: '>=6.1, <6.6'", ["kernel_version": "v6.5.13-g0123abc"], true),
      ("kernel_version: '>=6.1 <6.6'", ["kernel_version": "6.10"], false),
      ("kernel_version: '>=6.1 <6.6'", ["kernel_version": "6.6-rc7"], true),
      ("kernel_version: '>=6.1 <6.6'", [:], false),
      ("kernel_version: '>=6.1'", ["kernel_version": "next-20261123"], false),
      ("kernel_version: [6.1, 6.6]", ["kernel_version": "6.6"], true),
      ("arch: {not: [aarch64]}", [:], true),
      ("arch: {not: [amd64]}", [:], false),
      ("device_types: panda", ["device_types": ["qemu", "panda"]], true),
      ("device_types: {not: panda}", ["device_types": ["panda"]], false),
    ] as [(String, [String: JSONValue], Bool)])
  func meaning(when: String, changes: [String: JSONValue], expected: Bool) throws {
    #expect(try takes(when, changes) == expected)
  }

  @Test(
    "Mistakes are named with line and mend",
    arguments: [
      ("branch: {regx: a}", "rules/r.yaml:3: unknown key 'regx'; did you mean 'regex'?"),
      ("branch: {regex: 'a('}", "rules/r.yaml:3: 'a(' is no regular expression; write"),
      (
        "branch: {regex: '^(a+)+$'}",
        "rules/r.yaml:3: the regular expression '^(a+)+$' takes for ever on some texts; put"
      ),
      ("branch: {regex: '(x+x+)+y'}", "rules/r.yaml:3: the regular expression '(x+x+)+y' takes for ever"),
      ("kernel_version: '>=6.6 <6.1'", "rules/r.yaml:3: no version is '>=6.6 <6.1'; look at the bounds"),
      ("kernel_version: '>6.1 <6.1.0'", "rules/r.yaml:3: no version is '>6.1 <6.1.0'"),
      ("kernel_version: '=6.1 !=6.1'", "rules/r.yaml:3: no version is"),
      ("kernel_version: '>=six'", "rules/r.yaml:3: '>=six' is no bound of a version; write for example"),
      ("kernel_version: {version: 6.1}", "rules/r.yaml:3: '6.1' is no bound of a version"),
      ("arch: {not: arm46}", "rules/r.yaml:3: 'arm46' in 'not' is no name anybody knows; did you mean"),
      ("source: {}", "rules/r.yaml:3: 'source' is an empty list"),
      ("source: {glob: []}", "rules/r.yaml:3: 'glob' is an empty list"),
      ("source: {not: {}}", "rules/r.yaml:3: 'not' must hold one test"),
      ("source: {not: {not: a}}", "rules/r.yaml:3: unknown key 'not'"),
    ])
  func mistakes(when: String, expected: String) {
    var text: String?
    do {
      _ = try Example.rule(Self.rule(when))
    } catch {
      text = "\(error)"
    }
    #expect(text?.hasPrefix(expected) == true, "\(text ?? "no mistake")")
  }

  @Test(
    "The reason for ignoring an event says what is there and what is wanted",
    arguments: [
      ("branch: {regex: '^v'}", "properties.branch is main, which does not match ^v"),
      ("branch: {glob: ['v*', 'r*']}", "properties.branch is main, not like v* or r*"),
      ("branch: {not: main}", "properties.branch is main, which the rule excludes"),
      ("kernel_version: '>6'", "the event has no kernel_version; the rule wants a version >6"),
      ("tree: {not: next}", "the event has no properties.tree; the rule wants anything but next"),
    ])
  func reasons(when: String, why: String) throws {
    let event = try Example.event(["properties": ["branch": "main"]])
    #expect(try Example.rule(Self.rule(when)).answer(to: event) == .ignores(why))
  }

  /// An outsider chooses branch names; a hard one must cost a bounded time and be no match, negated or not.
  @Test("An expression that gives up on a value is no match, and its negation neither")
  func hardValues() throws {
    let pattern = try TextPattern("(?:ab)*(?:ab)*(?:ab)*(?:ab)*(?:ab)*=$")
    let value = String(repeating: "ab", count: 2_000)
    #expect(pattern.finds(in: value) == nil)
    #expect(FieldTest.regex(pattern).complaint(about: value)?.contains("takes too long") == true)
    #expect(FieldTest.not(.regex(pattern)).complaint(about: value)?.contains("takes too long") == true)
    #expect(pattern.finds(in: "ab=") == true)
    #expect(pattern.finds(in: String(repeating: "a", count: 5_000)) == nil)
  }

  @Test("Globs agree with a naive matcher on every short pattern and value")
  func globs() {
    func naive(_ pattern: Substring, _ value: Substring) -> Bool {
      guard let first = pattern.first else { return value.isEmpty }
      if first == "*" {
        return naive(pattern.dropFirst(), value) || (!value.isEmpty && naive(pattern, value.dropFirst()))
      }
      guard let head = value.first, first == "?" || first == head else { return false }
      return naive(pattern.dropFirst(), value.dropFirst())
    }
    func words(_ letters: String, upTo length: Int) -> [String] {
      (0..<length).reduce([[""]]) { all, _ in
        all + [(all.last ?? []).flatMap { word in letters.map { word + String($0) } }]
      }.flatMap { $0 }
    }
    for pattern in words("ab*?", upTo: 4) {
      for value in words("ab", upTo: 4) {
        #expect(GlobPattern(pattern).fits(value) == naive(pattern[...], value[...]), "\(pattern) \(value)")
      }
    }
  }

  @Test("Versions are ordered by numbers, and candidates come before their release")
  func versions() throws {
    let ordered = ["0", "5.99", "6.1-rc1", "6.1-rc10", "6.1", "6.1.1", "6.2", "6.10", "10.0"]
    let versions = try ordered.map { try #require(Version($0)) }
    #expect(versions == versions.shuffled().sorted())
    #expect(Version("v6.1.0") == Version("6.1"))
    #expect(Version("6.1.0-debian") == Version("6.1"))
    for text in ["", "v", "next-20261123", "-1", "99999999999999999999.1"] { #expect(Version(text) == nil, "\(text)") }
  }
}
