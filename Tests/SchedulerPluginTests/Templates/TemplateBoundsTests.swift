import BoardInventory
import BuildEvents
import Foundation
import LabSupport
import Testing

@testable import SchedulerPlugin

/// Protects `serve` from templates: none reads a file outside its folder, none runs or grows without end, and each says
/// where and how to mend it.
@Suite("Bounds of templates")
struct TemplateBoundsTests {
  private func mistake(_ texts: [String: String]) throws -> (FileMistake?, folder: String) {
    let folder = try TemporaryFolder(texts)
    return (#expect(throws: FileMistake.self) { _ = try TemplateLibrary(folders: [folder.path]) }, folder.path)
  }

  private func rendering(
    _ texts: [String: String], _ changes: [String: JSONValue] = [:], tests: [String] = []
  ) throws -> Result<String, FileMistake> {
    let library = try Example.templates(texts)
    let file = try #require(library.files["t"])
    let context = TemplateContext(
      event: try Example.event(changes), eventID: 7, rule: "r", plan: TestPlan(template: "t", tests: tests),
      deviceType: "qemu", bootMethod: "qemu", board: nil)
    return Result { () throws(FileMistake) in try TemplateRenderer(library).render(file, context) }
  }

  private func failure(_ result: Result<String, FileMistake>) -> FileMistake? {
    guard case .failure(let mistake) = result else { return nil }
    return mistake
  }

  @Test(
    "A loop over a range is refused when the file is read: its list alone could take all memory",
    arguments: [
      "{% for i in 1...9999999999 %}x{% endfor %}", "{% for i in 1...event.properties.n %}x{% endfor %}",
      "{% outer: for i in a..b %}x{% endfor %}",
    ])
  func ranges(loop: String) throws {
    let (mistake, folder) = try mistake(["t.yaml": "a: 1\n\n\(loop)\n"])
    #expect(mistake?.file == folder + "/t.yaml" && mistake?.line == 3)
    #expect(mistake?.mend?.hasPrefix("loop over a list") == true)
  }

  @Test("Loops within loops end with the place of the loop, however much a build system sent to loop over")
  func loops() throws {
    let properties = JSONValue.object(
      Dictionary(uniqueKeysWithValues: (0..<200).map { ("p\($0)", .string("v")) }))
    let loop = (0..<6).reduce("x: 1\n") { inner, depth in
      "{% for k\(depth), v\(depth) in event.properties %}\n\(inner){% endfor %}\n"
    }
    let clock = ContinuousClock()
    let started = clock.now
    let mistake = try #require(failure(try rendering(["t": "a: 1\n" + loop], ["properties": properties])))
    #expect(mistake.file.hasSuffix("/t.yaml") && mistake.line != nil)
    #expect(mistake.message.contains("grows over 2000000 characters"))
    // 64 trillion rounds would not be over.
    #expect(clock.now - started < .seconds(30))
  }

  @Test("A loop over what an event really brings is not in the way")
  func usualLoop() throws {
    let job = try rendering(
      ["t": "{% for role, image in artifact.images %}\n{{ role|yaml }}: {{ image.url|yaml }}\n{% endfor %}\n"]
    ).get()
    #expect(job.split(separator: "\n").count == 2)
  }

  @Test("Parts that include one another twice, thirty deep, end in a mistake and not in a billion lines")
  func doubling() throws {
    var texts = ["t": "{% include \"_p0\" %}\n", "_p30": "x: 1\n"]
    for depth in 0..<30 {
      texts["_p\(depth)"] = String(repeating: "{% include \"_p\(depth + 1)\" %}\n", count: 2)
    }
    let mistake = try #require(failure(try rendering(texts)))
    #expect(mistake.message.contains("grows over 2000000 characters"))
    #expect(mistake.line != nil)
  }

  @Test("Every job has the whole budget: a thousand jobs of one renderer are no loop")
  func budgetPerJob() throws {
    let library = try Example.templates(["t": "x: \(String(repeating: "y", count: 10_000))\n"])
    let renderer = TemplateRenderer(library)
    let file = try #require(library.files["t"])
    for _ in 0..<1000 {
      let context = TemplateContext(
        event: try Example.event(), eventID: 7, rule: "r", plan: TestPlan(template: "t"), deviceType: "qemu",
        bootMethod: nil, board: nil)
      #expect(try renderer.render(file, context).utf8.count > 10_000)
    }
  }

  @Test("A part that is not there is named with line and mend when the file is read")
  func missingPart() throws {
    let (mistake, _) = try mistake(["t.yaml": "a: 1\n{% include \"_jobs\" %}\n", "_job.yaml": "b: 1\n"])
    #expect(mistake?.line == 2)
    #expect(mistake?.message == "there is no template '_jobs' in the folder")
    #expect(mistake?.mend == "did you mean '_job'?")
  }

  @Test("A link out of the folder is refused: it would put any file of the machine into jobs")
  func link() throws {
    let folder = try TemporaryFolder(["secret.yaml": "secret: 1\n", "templates/_job.yaml": "a: 1\n"])
    let path = folder.path + "/templates/t.yaml"
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "../secret.yaml")
    let mistake = #expect(throws: FileMistake.self) {
      _ = try TemplateLibrary(folders: [folder.path + "/templates"])
    }
    #expect(mistake?.file == path && mistake?.line == 1)
    #expect(mistake?.mend == "copy the file here")
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "_job.yaml")
    #expect(try TemplateLibrary(folders: [folder.path + "/templates"]).names == ["t"])
  }

  @Test("The rule's test blocks take the place of the template's; a name that is none is said with the nearest")
  func tests() throws {
    let texts = [
      "t": "a: 1\n{% tests \"smoke\" %}\n", "tests/smoke": "smoke: 1\n", "tests/ltp": "ltp: 1\n",
    ]
    #expect(try rendering(texts).get() == "a: 1\nsmoke: 1\n")
    #expect(try rendering(texts, tests: ["ltp", "smoke"]).get() == "a: 1\nltp: 1\nsmoke: 1\n")
    let mistake = try #require(failure(try rendering(texts, tests: ["smok"])))
    #expect(mistake.line == 2)
    #expect(mistake.message.contains("there is no test block 'smok'; did you mean 'smoke'?"))
    let names = try Example.templates(texts)
    #expect(names.names == ["t"] && names.tests == ["ltp", "smoke"])
    #expect(names.file("tests", bootMethod: "smoke") == nil)
  }

  @Test("A test block cannot ask for the rule's test blocks, itself among them, also not through a part")
  func testsInTests() throws {
    let (mistake, _) = try mistake([
      "tests/a.yaml": "{% include \"_p\" %}\n", "_p.yaml": "{% tests \"b\" %}\n", "tests/b.yaml": "b: 1\n",
    ])
    #expect(mistake?.message == "a test block asks for test blocks again, in '_p'")
    #expect(mistake?.line == 1 && mistake?.mend != nil)
  }

  @Test("A test block that mentions the board makes jobs per board")
  func testsMentionBoard() throws {
    let library = try Example.templates([
      "t": "a: 1\n{% tests \"smoke\" %}\n", "tests/smoke": "s: 1\n", "tests/own": "b: {{ board.hostname|yaml }}\n",
    ])
    let file = try #require(library.files["t"])
    #expect(!library.mentionsBoard(file))
    #expect(library.mentionsBoard(file, tests: ["own"]))
  }

  /// LAVA's addresses of devices take these (lava_scheduler_app/urls.py); YAML reads many of them as something else.
  @Test(
    "Every name LAVA lets a device have stays a string in the job, and its tag is one LAVA takes",
    arguments: [
      "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", "-_.@", "no", "null", "1.5", "1e3",
      "0x1F", "1_000", "-", "@home", "...", "---", "=", "x-.-", "2026-01-01", "board+",
      String(repeating: "n", count: 200),
    ])
  func hostnames(name: String) throws {
    let builder = ShapeBuilder(
      event: try Example.event(), eventID: 1, rule: "r", plan: TestPlan(template: "t"),
      library: try Example.templates(["t": Example.job("metadata: {board: {{ board.hostname|yaml }}}")]))
    let shape = try builder.shape(for: Example.board(name)).get()
    let text = shape.definition.replacing(BoardTag.placeholder, with: BoardTag.name(for: name))
    let job = try JobDefinition.load(text)
    try job.check()
    #expect(job.root["metadata"]?.mapping?["board"] == .string(name))
    #expect(job.tags == [BoardTag.name(for: name)])
    #expect(BoardTag.name(for: name).wholeMatch(of: /[A-Za-z0-9_-]{1,50}/) != nil)
  }
}
