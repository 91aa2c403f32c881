import BuildEvents
import Foundation
import LabSupport
import Testing

/// One page, run from its beginning to its end.
struct PageRun {
  let page: DocumentPage
  let lab: PageLab
  private(set) var count = 0
  private(set) var notRun: [String] = []
  /// Events the page says there will be.
  private(set) var promised: [(event: JSONValue, isTested: Bool, line: Int)] = []
  private var fromEarlierJobs: [String: String] = [:]

  /// Variables that the CIs set by themselves (docs.gitlab.com predefined variables, docs.github.com default environment
  /// variables, jenkins.io environment variables), and values of expressions.
  private static let ofGitLab = [
    "CI_JOB_ID": "120034", "CI_PROJECT_URL": "https://gitlab.example.org/bsp/bsp", "CI_PROJECT_PATH": "bsp/bsp",
    "CI_PIPELINE_URL": "https://gitlab.example.org/bsp/bsp/-/pipelines/8801", "CI_COMMIT_BRANCH": "main",
    "CI_DEFAULT_BRANCH": "main",
  ]
  private static let ofGitHub = [
    "GITHUB_REPOSITORY": "example-org/meta-board", "GITHUB_RUN_ID": "20640011223", "GITHUB_RUN_ATTEMPT": "1",
    "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REF_NAME": "main",
  ]
  private static let ofJenkins = [
    "JOB_NAME": "oe", "BUILD_NUMBER": "412", "BUILD_URL": "https://ci.example.org/job/oe/412/", "MACHINE": "qemuarm64",
  ]

  init(_ page: DocumentPage, _ lab: PageLab) {
    self.page = page
    self.lab = lab
  }

  private func place(_ block: DocumentPage.Block) -> String { "\(page.name):\(block.line)" }

  /// What happens before the lab serves: the page's files are written, and what it says to do at the lab is done.
  static func prepare(_ page: DocumentPage, _ folder: TemporaryFolder, _ environment: [String: String]) async throws {
    for block in page.blocks where !block.has("not-run") {
      if let file = block.file {
        try folder.write(file, block.text)
      } else if block.language == "sh", block.has("lab") {
        let outcome = try await PageLab.run(["/bin/sh", "-e"], block.text, in: folder, environment)
        try #require(outcome.status == 0, "\(page.name):\(block.line): \(outcome.output)\(outcome.complaint)")
      }
    }
  }

  mutating func run() async throws {
    for block in page.blocks {
      let name = "\(place(block)) \(block.file ?? block.language)"
      if block.has("not-run") {
        notRun.append(name)
        if block.language == "python" {
          try await lab.succeed(
            ["python3", "-c", "import ast, sys; ast.parse(open(sys.argv[1]).read())"], block.text, name)
        }
        continue
      }
      if let package = block.package, let trouble = await lab.install(package) {
        print("NOT RUN, \(name): \(package) cannot be had from PyPI: \(trouble)")
        notRun.append(name)
        continue
      }
      count += 1
      switch (block.language, block.file) {
      case (_, let file?): try await pipeline(file, block, name)
      case ("json", _) where block.has("becomes"):
        promised.append((try JSONValue.parse(Array(block.text.utf8)), !block.has("untested"), block.line))
      case ("sh", _):
        if !block.has("lab") { try await lab.succeed(["/bin/sh", "-e"], block.text, name) }
      case ("python", _):
        try await lab.succeed([block.package == nil ? "python3" : lab.folder + "/venv/bin/python"], block.text, name)
      default: Issue.record("\(name): nothing says how this block is run; name its file, or mark it not-run")
      }
    }
  }

  /// What a CI would do with its own file; nothing with any other.
  private mutating func pipeline(_ file: String, _ block: DocumentPage.Block, _ name: String) async throws {
    let variables = [
      "github.run_id": "20640011223", "github.run_attempt": "1", "vars.BOARDCAST_URL": lab.serve.url,
      "secrets.BOARDCAST_TOKEN": LabBoards.token, "params.MACHINE": "qemuarm64", "env.BUILD_NUMBER": "412",
    ]
    guard let scripts = try PipelineScript.read(file, block.text, variables: variables) else { return }
    #expect(!scripts.isEmpty, "\(name) has no script")
    for script in scripts {
      var environment = script.environment
      for set in [Self.ofGitLab, Self.ofGitHub, Self.ofJenkins, fromEarlierJobs] {
        environment.merge(set) { own, _ in own }
      }
      environment["BOARDCAST_URL"] = lab.serve.url
      if script.isAction { environment["GITHUB_OUTPUT"] = lab.folder + "/github-output" }
      try await lab.succeed(script.shell, script.text, name, environment)
      if let dotenv = script.dotenv {
        let lines = try String(contentsOfFile: lab.folder + "/" + dotenv, encoding: .utf8).split(separator: "\n")
        for line in lines.map({ $0.split(separator: "=", maxSplits: 1).map(String.init) }) where line.count == 2 {
          fromEarlierJobs[line[0]] = line[1]
        }
      }
    }
  }

  /// The events the page speaks of are there, with what it says of them, and no others; those a board can run have had
  /// their job on every board.
  func expectWhatThePageSays() async throws {
    let events = try await lab.events()
    var names = Set(events.map { Self.name($0["record"] ?? .null) })
    for (promise, isTested, line) in promised {
      let name = Self.name(promise)
      guard let event = events.first(where: { Self.name($0["record"] ?? .null) == name }) else {
        Issue.record("\(page.name):\(line): there is no event \(name), only \(names.sorted())")
        continue
      }
      names.remove(name)
      for wrong in Self.differences(promise, event["record"] ?? .null, "") {
        Issue.record("\(page.name):\(line): \(wrong)")
      }
      guard case .int(let id)? = event["id"], isTested else { continue }
      try await expectJobs(of: id, "\(page.name):\(line)")
    }
    #expect(names.isEmpty, "\(page.name) makes events of which it does not say what they become")
  }

  private func expectJobs(of id: Int64, _ place: String) async throws {
    let boards = try await eventually("\(place): event \(id) on every board") {
      let report = try await lab.serve.producer.get("/api/v1/events/\(id)?wait=10").json
      let lines = (report["boards"]?.arrayValue ?? []).filter { $0["rule"] == "every-image" }
      let done = lines.filter { $0["state"] == "finished" && $0["job_id"] != nil }
      let expected = Set(Bench.compatible.map(JSONValue.string))
      if report["state"] == "decided", lines.allSatisfy({ $0["state"] == "none" }) {
        throw NeverHappened(description: "\(place): no board got event \(id): \(report.canonical)")
      }
      return Set(done.compactMap { $0["board"] }) == expected ? done : nil
    }
    let inLAVA = Set(try await lab.bench.boards.ledger().jobs.map { JSONValue.int(Int64($0.id)) })
    #expect(boards.allSatisfy { $0["job_id"].map(inLAVA.contains) == true }, "\(place)")
  }

  private static func name(_ record: JSONValue) -> String {
    "\(record["source"]?.stringValue ?? "?") \(record["build_id"]?.stringValue ?? "?")"
  }

  /// Where the event is not what was promised; what was not promised does not count.
  private static func differences(_ promise: JSONValue, _ event: JSONValue, _ path: String) -> [String] {
    guard case .object(let members) = promise else {
      // An image's address may stand alone.
      if case .string = promise, let url = event["url"] { return differences(promise, url, path) }
      return promise == event ? [] : ["\(path) is \(event.canonical), not \(promise.canonical)"]
    }
    return members.sorted { $0.key < $1.key }.flatMap { key, value in
      differences(value, event[key] ?? .null, path.isEmpty ? key : "\(path).\(key)")
    }
  }
}

extension PageLab {
  /// Puts a package of PyPI into a virtual environment in the folder; what went wrong if it cannot be had.
  func install(_ package: String) async -> String? {
    if FileManager.default.fileExists(atPath: folder + "/venv/bin/python") { return nil }
    let words = "python3 -m venv venv && venv/bin/pip install --quiet --disable-pip-version-check \(package)"
    let outcome = try? await Self.run(["/bin/sh", "-e"], words, in: bench.place.folder, [:])
    if outcome?.status == 0 { return nil }
    try? FileManager.default.removeItem(atPath: folder + "/venv")
    return outcome.map { String($0.complaint.suffix(300)) } ?? "the shell does not run"
  }
}
