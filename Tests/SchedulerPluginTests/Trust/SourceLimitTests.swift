import BoardInventory
import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Synchronization
import Testing

@testable import SchedulerPlugin

/// Protects the lab from what a source or a sender is not meant to do, with an answer that says what and how.
@Suite("Trust: limits of sources")
struct SourceLimitTests {
  private static func terms(_ limits: String, uptime: (@Sendable () -> Duration)? = nil) throws -> DoorTerms {
    let folder = try TemporaryFolder(["config.yaml": "senders:\n- user: ci-bot\n  limits: \(limits)\n"])
    let configuration = try Configuration.read(folder: folder.path, shipped: folder.path)
    return DoorTerms(senders: configuration.senders, now: { 1_700_000_000 }, uptime: uptime)
  }

  private static let events: SQL = "SELECT count(*)::int AS count FROM boardcast.event"

  @Test("Too often is 429 with Retry-After at every door of plain records, and nobody else is held up")
  func rate() async throws {
    let clock = Mutex(Duration.zero)
    let terms = try Self.terms("{rate: 2/min}", uptime: { clock.withLock { $0 } })
    try await DoorsUnderTest.onClone(terms: terms) { doors, lab in
      for build in 1...2 {
        #expect(try await doors.post(Example.record(["build_id": .string("\(build)")])).status == 202)
      }
      let refused = try await doors.post(Example.record(["build_id": "3"]))
      #expect(refused.status == 429 && refused.headers["retry-after"] == "30", "\(refused.text)")
      #expect(refused.code == "too_often" && refused.text.contains("user ci-bot"))
      let call = "<?xml version='1.0'?><methodCall><methodName>system.listMethods</methodName></methodCall>"
      #expect(try await doors.call(call).status == 429)
      let admin = "Token \(doors.tokens.admin)"
      #expect(try await doors.post(Example.record(["build_id": "4"]), authorization: admin).status == 202)
      clock.withLock { $0 = .seconds(30) }
      #expect(try await doors.post(Example.record(["build_id": "3"])).status == 202)
      #expect(try await lab.count(Self.events) == 4)
    }
  }

  @Test("Too large is 413, another source than allowed 403 with the field")
  func sizeAndSources() async throws {
    try await DoorsUnderTest.onClone(terms: Self.terms("{size: 2KiB, sources: ['ci:*']}")) { doors, lab in
      let large = try await doors.post(
        Example.record(["source": "ci:x", "log_url": .string("http://h/" + String(repeating: "x", count: 2048))]))
      #expect(large.status == 413 && large.text.contains("2048 bytes"), "\(large.text)")
      let other = try await doors.post(Example.record(["source": "jenkins:x"]))
      #expect(other.status == 403 && other.field == "source", "\(other.text)")
      #expect(try await doors.post(Example.record(["source": "ci:x"])).status == 202)
      #expect(try await lab.count(Self.events) == 1)
    }
  }

  @Test("Rules outside the limits do not see the event and say so; the limits stay with it when the file changes")
  func scope() async throws {
    func rule(_ name: String, _ more: String = "") throws -> any Rule {
      try Example.rule("rule: \(name)\nwhen: {image_family: nano}\nhow: {template: t\(more)}\n")
    }
    let files = LabFiles(
      catalogue: Example.shippedFiles().catalogue, templates: try Example.templates(["t": Example.job()]),
      rules: [try rule("smoke-a"), try rule("smoke-b", ", submitter: lava-admin"), try rule("deep")], mistakes: [])
    try await TestLab.with(boards: ["qemu-01"], files: files) { lab in
      let scope = EventScope(source: "user ci-bot", rules: ["smoke-*"], submitters: ["ci-bot"])
      let id = try await lab.send(terms: EventTerms(scope: scope))
      try await lab.pass()
      let told = try #require(
        try await lab.connection.withTransaction(.repeatableRead, readOnly: true) { try Explanation.read(id, $0) })
      #expect(told.rules.map(\.rule) == ["smoke-a"])
      #expect(told.ignored?["deep"] == "events of user ci-bot are only for the rules smoke-*")
      #expect(
        told.ignored?["smoke-b"] == "jobs of user ci-bot may only be ci-bot's, and would be lava-admin's")
      let free = try await lab.send(["build_id": "free"])
      try await lab.pass()
      let all = try await lab.connection.withTransaction(.repeatableRead, readOnly: true) {
        try Explanation.read(free, $0)
      }
      #expect(all?.rules.map(\.rule).contains("deep") == true)
    }
  }

  @Test("A source's limits hold at its own door, strangers do not use them up, and its clock is the one given")
  func ofASource() async throws {
    let hook = HookCase.jenkins
    let folder = try hook.folder(mapping: HookCase.map + "limits: {rate: 1/h, size: 64KiB, rules: [nothing]}\n")
    try await TestLab.with(boards: ["qemu-01"]) { lab in
      let folders = [folder.path, Lab.repository + "/producers"]
      try await DoorsUnderTest.with(
        lab.configuration, producers: folders, terms: DoorTerms(uptime: { .zero })
      ) { doors in
        for _ in 0..<5 { #expect(try await hook.post(doors, proof: ["authorization": "Bearer wrong"]).status == 401) }
        #expect(try await hook.post(doors).status == 202)
        let refused = try await hook.post(doors)
        #expect(refused.status == 429 && refused.headers["retry-after"] == "3600", "\(refused.text)")
      }
      try await lab.pass()
      #expect(try await lab.assignments().isEmpty)
      let told = try await lab.connection.withTransaction(.repeatableRead, readOnly: true) {
        try Explanation.read(1, $0)
      }
      #expect(told?.ignored?.values.contains("events of jenkins/mine are only for the rules nothing") == true)
    }
  }

  @Test(
    "A slip in the limits is told with its line",
    arguments: [
      ("{rate: often}", "'often' is no rate"), ("{size: 2MiB}", "no size"), ("{size: 0}", "no size"),
      ("{size: 1GB}", "no size"), ("{rules: []}", "'rules' is empty"), ("{rats: 1}", "did you mean 'rate'?"),
    ])
  func slips(_ limits: String, _ words: String) {
    #expect { _ = try Self.terms(limits) } throws: { "\($0)".contains("config.yaml:3: ") && "\($0)".contains(words) }
  }

  @Test("Which keys a source's file may not have is told")
  func sourceSlips() throws {
    for (more, words) in [
      ("limits: {sources: [x]}", "always jenkins:mine"), ("callback: http://x/", "there is no secret"),
      ("callback: {url: 'ftp://x/'}\ncallback_secret_file: secret", "no http or https URL"),
      ("callback_secret_file: nowhere", "cannot be read"), ("accept_unstable: perhaps", "must be true or false"),
    ] {
      let folder = try HookCase.jenkins.folder(mapping: HookCase.map + more + "\n")
      let mistakes = ProducerFiles.read([folder.path], previous: nil).mistakes.map(\.description)
      #expect(mistakes.count == 1 && mistakes[0].contains(words), "\(more): \(mistakes)")
    }
    let other = try HookCase.gitLab.folder(mapping: HookCase.map + "accept_unstable: true\n")
    #expect(
      ProducerFiles.read([other.path], previous: nil).mistakes.first?.description.contains("never unstable") == true)
  }
}
