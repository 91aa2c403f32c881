import BoardInventory
import BuildEvents
import LabSupport
import Logging
import Matcher
import PostgresClient
import ServiceLifecycle
import Testing

@testable import SchedulerPlugin

/// Protects jobs from being stopped that nobody wanted stopped: only queued jobs of older builds of the rule's line are
/// asked for, each until LAVA has answered, and whatever comes of it stands with the assignment.
@Suite("Cancelling queued jobs of older builds", .timeLimit(.minutes(2)))
struct CancellationTests {
  private func files() throws -> LabFiles {
    let rule = "rule: r\nwhen: {image_family: nano}\nhow: {template: t}\nlimits: {newer_build: cancel}\n"
    return LabFiles(
      catalogue: Example.shippedFiles().catalogue, templates: try Example.templates(["t": Example.job()]),
      rules: [try Example.rule(rule)], mistakes: [])
  }

  private struct Row: Hashable { let job: Int, event: Int64, result: String? }

  private func rows(_ lab: TestLab) async throws -> [Row] {
    try await lab.connection.withSession { session in
      try session.query("SELECT job_id, event_id, result FROM boardcast.cancellation ORDER BY job_id").map {
        Row(job: try $0.int("job_id"), event: Int64(try $0.int("event_id")), result: try $0.optionalString("result"))
      }
    }
  }

  private func verdict(_ lab: TestLab, _ id: Int64, _ board: String) async throws -> Explanation.BoardVerdict {
    let told = try await lab.connection.withTransaction(.repeatableRead, readOnly: true) {
      try Explanation.read(id, board: board, $0)
    }
    return try #require(told?.rules.first?.verdicts.first)
  }

  /// Runs the service against an address where nobody listens, until the condition holds and, if it is to, an error is in
  /// the log, which comes after what is kept.
  private func serve(
    _ lab: TestLab, url: String? = "http://127.0.0.1:9", logsError: Bool = false, until holds: () async throws -> Bool
  ) async throws -> LogRecorder {
    var settings = DictionarySettings()
    settings.lavaURL = url
    settings.token = LAVAToken("abc123secret")
    let recorder = LogRecorder()
    let service = CancellationService(
      configuration: lab.configuration, settings: settings, interval: .milliseconds(5),
      patience: Backoff(initial: .milliseconds(5), cap: .milliseconds(5)), logger: recorder.logger)
    let group = ServiceGroup(services: [service], logger: LAVADatabase.logger)
    let running = Task { try await group.run() }
    #expect(
      try await eventually(.seconds(30)) {
        guard try await holds() else { return false }
        return !logsError || recorder.recorded.contains { $0.level == .error }
      })
    await group.triggerGracefulShutdown()
    try await running.value
    #expect(!recorder.lines.joined().contains("secret"))
    return recorder
  }

  @Test("A newer build asks for what is queued of its line and rule, once, and says so; what runs is left alone")
  func asks() async throws {
    try await TestLab.with(boards: ["q-1", "q-2"], files: files()) { lab in
      let first = try await lab.send(["build_id": "1", "properties": ["branch": "main"]])
      try await lab.pass()
      try await lab.change(
        "UPDATE lava_scheduler_app_testjob SET state = 3 WHERE id = (SELECT min(id) FROM lava_scheduler_app_testjob)")
      let other = try await lab.send(["build_id": "2", "properties": ["branch": "next"]])
      try await lab.pass()
      let newer = try await lab.send(["build_id": "3", "properties": ["branch": "main"]])
      try await lab.pass()
      let queued = try #require(try await lab.assignments().first { $0.event == first && $0.state == "queued" })
      #expect(try await rows(lab) == [Row(job: try #require(queued.job), event: newer, result: nil)])
      #expect(queued.reason == "superseded")
      let told = try await verdict(lab, first, queued.board)
      #expect(told.state == "queued" && told.assignment?.supersededBy == Int(newer))
      #expect(told.reasons.map(\.reason.code) == [.superseded] && told.reasons[0].endsWhen == nil)
      #expect(try await lab.assignments().filter { $0.event == other }.allSatisfy { $0.reason != "superseded" })
      let fourth = try await lab.send(["build_id": "4", "properties": ["branch": "main"]])
      try await lab.pass()
      #expect(try await rows(lab).filter { $0.job == queued.job }.map(\.event) == [newer])
      #expect(fourth > newer)
    }
  }

  @Test("What LAVA started, ended or deleted meanwhile is not asked for, and its assignment says so and goes on")
  func settled() async throws {
    for (change, result, words) in [
      ("UPDATE lava_scheduler_app_testjob SET state = 2 WHERE id = $1", "started", "but LAVA had started the job"),
      ("UPDATE lava_scheduler_app_testjob SET state = 5, health = 1 WHERE id = $1", "over", "but the job was over"),
      (
        "UPDATE lava_scheduler_app_testjob SET state = 5, health = 3 WHERE id = $1", "cancelled",
        "somebody cancelled the queued job"
      ),
    ] as [(SQL, String, String)] {
      try await TestLab.with(boards: ["q-1"], files: files()) { lab in
        let first = try await lab.send(["build_id": "1"])
        try await lab.pass()
        let newer = try await lab.send(["build_id": "2"])
        try await lab.pass()
        let job = try #require(try await lab.assignments().first?.job)
        try await lab.change(change, [PostgresValue(job)])
        // Nobody listens there: it is settled without a question.
        let log = try await serve(lab) { try await rows(lab).map(\.result) == [result] }
        #expect(log.recorded.filter { $0.level == .error }.isEmpty)
        try await lab.pass()
        let told = try await verdict(lab, first, "q-1")
        let detail = told.assignment?.words ?? told.reasons.first?.reason.detail ?? ""
        #expect(
          detail == "event \(newer) brought a newer build of the same line\(result == "cancelled" ? ";" : ",") "
            + words)
        #expect((told.assignment?.supersededBy == nil) == (result != "cancelled"))
      }
    }
  }

  @Test("While LAVA cannot be asked it is tried again and again and said once; after a day it is given up, visibly")
  func unreachable() async throws {
    try await TestLab.with(boards: ["q-1"], files: files()) { lab in
      let first = try await lab.send(["build_id": "1"])
      try await lab.pass()
      try await lab.send(["build_id": "2"])
      try await lab.pass()
      let problems: SQL = "SELECT count(*)::int AS count FROM boardcast.cancellation WHERE problem IS NOT NULL"
      let log = try await serve(lab, logsError: true) { try await lab.count(problems) == 1 }
      #expect(try await rows(lab).map(\.result) == [nil])
      let errors = log.recorded.filter { $0.level == .error }.map(\.text)
      #expect(errors.count == 1 && errors[0].contains("LAVA cannot be asked at http://127.0.0.1:9"), "\(errors)")
      try await lab.change("UPDATE boardcast.cancellation SET asked_at = now() - interval '25 hours'")
      _ = try await serve(lab) { try await rows(lab).map(\.result) == ["given_up"] }
      let told = try await verdict(lab, first, "q-1")
      #expect(told.state == "queued" && told.assignment?.words?.contains("LAVA did not cancel the job: LAVA") == true)
      #expect(try await lab.jobCount() == 1)
    }
  }

  @Test("Where config.yaml names no LAVA, it is given up at once and says what to write")
  func nobody() async throws {
    try await TestLab.with(boards: ["q-1"], files: files()) { lab in
      let first = try await lab.send(["build_id": "1"])
      try await lab.pass()
      try await lab.send(["build_id": "2"])
      try await lab.pass()
      _ = try await serve(lab, url: nil) { try await rows(lab).map(\.result) == ["given_up"] }
      let words = try await verdict(lab, first, "q-1").assignment?.words
      #expect(words?.hasSuffix("config.yaml names no lava_url and lava_token_file") == true, "\(words ?? "")")
    }
  }
}
