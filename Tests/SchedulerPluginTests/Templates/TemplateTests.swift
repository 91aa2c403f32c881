import BoardInventory
import BuildEvents
import Foundation
import LabSupport
import Matcher
import Testing

@testable import SchedulerPlugin

/// Protects jobs from what build systems write: a template only ever puts whole, quoted values into a job.
@Suite("Templates")
struct TemplateTests {
  /// Renders a template named `t` for an event; what goes wrong comes back as text, the folder's path cut off.
  private func render(
    _ texts: [String: String], _ changes: [String: JSONValue] = [:], parameters: [String: String] = [:],
    board: String? = nil
  ) throws -> Result<String, FileMistake> {
    let library = try Example.templates(texts)
    let file = try #require(library.files["t"])
    let context = TemplateContext(
      event: try Example.event(changes), eventID: 7, rule: "r", plan: TestPlan(template: "t", parameters: parameters),
      deviceType: "qemu", bootMethod: "qemu", board: board)
    return Result { () throws(FileMistake) in try TemplateRenderer(library).render(file, context) }
  }

  private func mistake(_ result: Result<String, FileMistake>) -> String? {
    guard case .failure(let mistake) = result else { return nil }
    let name = mistake.file.split(separator: "/").last ?? ""
    return FileMistake(file: String(name), line: mistake.line, message: mistake.message, mend: mistake.mend).description
  }

  @Test(
    "An output that is not quoted is refused with file and line when the file is read",
    arguments: [
      ("a: 1\nb: {{ event.source }}\n", 2),
      ("a: {{ event.source|yaml }} {{ event.source }}\n", 1),
      ("a: 1\nb: {{\n  event.source\n}}\n", 2),
      ("a: {{ event.source|yaml|append:\"x\" }}\n", 1),
      ("a: {{ event.source|append:\"|yaml\" }}\n", 1),
      ("a: {{ event.source if event.build_url else event.build_id|yaml }}\n", 1),
      ("\n\n{% filter shorten:3 %}{{ event.source|yaml }}{% endfilter %}\n", 3),
      ("a: {{ event.source|default:\"x\"|uppercase }}\n", 1),
    ])
  func unquoted(text: String, line: Int) throws {
    let folder = try TemporaryFolder(["deep/t.yaml": text])
    let mistake = #expect(throws: FileMistake.self) { _ = try TemplateLibrary(folders: [folder.path]) }
    #expect(mistake?.file == folder.path + "/deep/t.yaml")
    #expect(mistake?.line == line)
    #expect(mistake?.mend?.contains("|yaml") == true)
  }

  @Test("A quoted output may have any filters before, and a word 'if' in a text")
  func quoted() throws {
    #expect(
      try render(["t": "a: {{ event.source|append:\" if not \"|uppercase|yaml }}\n"]).get()
        == "a: \"JENKINS IF NOT \"\n")
  }

  @Test("A value that is missing names file and line, also where it is missing in a part")
  func missing() throws {
    #expect(
      mistake(try render(["t": "a: 1\nb: {{ event.build_url|yaml }}\n"]))
        == "t.yaml:2: event.build_url|yaml: it has no value")
    #expect(
      mistake(try render(["t": "a: 1\n{% include \"_p\" %}\n", "_p": "x: 1\ny: 2\nz: {{ event.log_url|yaml }}\n"]))
        == "_p.yaml:3: event.log_url|yaml: it has no value")
    #expect(
      mistake(try render(["t": "{{ event.source|shorten:\"x\"|yaml }}"]))?.contains("shorten wants a length") == true)
    #expect(mistake(try render(["t": "a: 1\n{% if event.source %}\n"]))?.hasPrefix("t.yaml:2: ") == true)
    #expect(mistake(try render(["t": "a: {{ event.source|shout|yaml }}\n"]))?.hasPrefix("t.yaml:1: ") == true)
  }

  private static let nasty = [
    "a: b", "- x", "{{ rule.name }}", "{% include \"_secret\" %}", "#", "'", "\"", "\\", "|", ">", "&a", "*a", "!!str",
    "%TAG", "@", "`", "?", "yes", "null", "~", "010", "1:30", "2026-01-01", "", " ", "[", "{", "é",
    "\u{1F41F}", "\u{FFFD}", "]]>", "${x}", "$(x)", "---", "...",
  ]

  @Test("Whatever a build system writes into a property stays one string in the job", arguments: nasty)
  func property(text: String) throws {
    for value in [text, "x\(text)y", text + ": " + text] where !value.isEmpty {
      let job = try render(
        ["t": Example.job("metadata: {p: {{ event.properties.p|yaml }}}"), "_secret": "secret: true\n"],
        ["properties": ["p": .string(value)]]
      ).get()
      let definition = try JobDefinition.load(job)
      try definition.check()
      #expect(definition.root["metadata"]?.mapping?["p"] == .string(value))
      let kept = try JobDefinition.load(definition.dumped(sortedKeys: true))
      #expect(kept.root["metadata"]?.mapping?["p"] == .string(value))
    }
  }

  @Test("A line break in a rule's own parameter stays within its string, too")
  func lineBreaks() throws {
    let value = "one\n- deploy: {to: tmpfs}\nsecrets: {a: b}\r\n\ttwo\n"
    let job = try render(
      ["t": Example.job("metadata: {p: {{ rule.parameters.p|yaml }}}")], parameters: ["p": value]
    ).get()
    let definition = try JobDefinition.load(job)
    #expect(definition.root["metadata"]?.mapping?["p"] == .string(value))
    #expect(definition.root["secrets"] == nil)
    #expect(definition.root["actions"]?.sequence?.count == 1)
  }

  @Test("A URL full of YAML's signs, and a build id full of them, arrive whole in the job")
  func urlAndBuildID() throws {
    let url = "http://images.example/a:%20#[*&!'],-?b=%7B%7B%20x%20%7D%7D&c=~"
    let buildID = "17: [a, {b}] #\"'{{ event.source }}{% if x %}"
    let event = try Example.event([
      "build_id": .string(buildID), "images": ["kernel": .string(url), "ramdisk": .string(url)],
    ])
    let builder = ShapeBuilder(
      event: event, eventID: 1, rule: "r", plan: TestPlan(template: "smoke"), library: try Example.shippedTemplates())
    let shape = try builder.shape(for: Example.board("q")).get()
    let job = try JobDefinition.load(shape.definition)
    let deploy = job.root["actions"]?.sequence?.first?.mapping?["deploy"]?.mapping
    #expect(deploy?["images"]?.mapping?["kernel"]?.mapping?["url"] == .string(url))
    #expect(job.root["metadata"]?.mapping?["build_id"] == .string(buildID))
    #expect(job.jobName == "r: jenkins \(buildID)")
  }

  @Test("A job name longer than LAVA's 200 characters is shortened by the shipped templates")
  func longName() throws {
    let event = try Example.event(["build_id": .string(String(repeating: "é", count: 400))])
    let builder = ShapeBuilder(
      event: event, eventID: 1, rule: "r", plan: TestPlan(template: "smoke"), library: try Example.shippedTemplates())
    #expect(try builder.shape(for: Example.board("q")).get().jobName.count == 200)
  }

  @Test(
    "Nothing outside the templates folder can be included",
    arguments: ["../secret", "../secret.yaml", "/etc/passwd", "sub/../../secret", "t/../../secret", "secret"])
  func outside(name: String) throws {
    let folder = try TemporaryFolder([
      "secret": "secret: 1\n", "secret.yaml": "secret: 1\n",
      "templates/t.yaml": "a: 1\n{% include \"\(name)\" %}\n", "templates/sub/x.yaml": "x: 1\n",
    ])
    let mistake = #expect(throws: FileMistake.self) {
      _ = try TemplateLibrary(folders: [folder.path + "/templates"])
    }
    #expect(mistake?.line == 2)
    #expect(mistake?.mend != nil)
    #expect(mistake?.file == folder.path + "/templates/t.yaml")
    #expect(mistake?.description.contains("secret: 1") == false)
  }

  @Test("Templates that include one another in a circle are refused when read; rendering them would end the process")
  func recursion() throws {
    for texts in [
      ["t.yaml": "a: 1\n{% include \"t\" %}\n"],
      ["s.yaml": "{% include \"t\" %}", "t.yaml": "a: 1\n{% include '_p' %}\n", "_p.yaml": "{% extends \"t\" %}\n"],
    ] {
      let folder = try TemporaryFolder(texts)
      let mistake = #expect(throws: FileMistake.self) { _ = try TemplateLibrary(folders: [folder.path]) }
      #expect(mistake?.message.hasPrefix("the template includes itself: ") == true)
      #expect(mistake?.line != nil && mistake?.mend == "break the circle")
    }
    let tree = try TemporaryFolder([
      "t.yaml": "{% include \"_p\" %}{% include \"_q\" %}", "_p.yaml": "{% include \"_q\" %}", "_q.yaml": "",
    ])
    #expect(try TemplateLibrary(folders: [tree.path]).names == ["t"])
  }

  @Test("What is included is written out: a build system's word cannot choose it")
  func chosenByEvent() throws {
    let folder = try TemporaryFolder(["t.yaml": "a: 1\n{% include event.source %}\n"])
    let mistake = #expect(throws: FileMistake.self) { _ = try TemplateLibrary(folders: [folder.path]) }
    #expect(mistake?.line == 2)
  }

  @Test("The lab's own template takes the place of the shipped one; parts are no jobs")
  func folders() throws {
    let own = try TemporaryFolder(["smoke/qemu.yaml": "own: 1\n"])
    let shipped = try TemporaryFolder([
      "smoke/qemu.yaml": "shipped: 1\n", "smoke/u-boot.yaml": "shipped: 1\n", "_p.yaml": "", "one.yaml": "",
    ])
    let library = try TemplateLibrary(folders: [own.path, own.path + "/none", shipped.path])
    #expect(library.names == ["one", "smoke/qemu", "smoke/u-boot"])
    #expect(library.file("smoke", bootMethod: "qemu")?.text == "own: 1\n")
    #expect(library.file("smoke", bootMethod: "u-boot")?.text == "shipped: 1\n")
    #expect(library.file("smoke", bootMethod: "grub") == nil)
    #expect(library.file("smoke", bootMethod: nil) == nil)
    #expect(library.file("one", bootMethod: "grub")?.name == "one")
    #expect(library.file("_p", bootMethod: nil) == nil)
    #expect(library.bootMethods(of: "smoke") == ["qemu", "u-boot"])
    #expect(library.bootMethods(of: "one") == nil)
  }

  @Test("A template that is not UTF-8 is refused")
  func bytes() throws {
    let folder = try TemporaryFolder()
    try folder.write("t.yaml", Data([0xFF, 0x0A]))
    #expect(throws: FileMistake.self) { _ = try TemplateLibrary(folders: [folder.path]) }
  }
}
