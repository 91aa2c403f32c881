import BoardInventory
import BuildEvents
import LabSupport
import Matcher
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects labs that trust only boards whose health LAVA has checked of late: what counts is LAVA's own record.
@Suite("The age of health checks")
struct HealthCheckAgeTests {
  @Test(
    "A check fits by its age and by how it ended",
    arguments: [
      (HealthCheck(hasPassed: true, endedAt: 900), true), (HealthCheck(hasPassed: true, endedAt: 800), true),
      (HealthCheck(hasPassed: true, endedAt: 799), false), (HealthCheck(hasPassed: false, endedAt: 990), false),
      (HealthCheck(hasPassed: true, endedAt: nil), false), (nil, false),
    ] as [(HealthCheck?, Bool)])
  func fits(check: HealthCheck?, isFresh: Bool) {
    #expect(HealthCheckAge.within(200).fits(check, at: 1_000) == isFresh)
    #expect(HealthCheckAge.over(200).fits(check, at: 1_000) == !isFresh)
  }

  private func files(_ place: String) throws -> LabFiles {
    let rule = "rule: r\nwhen: {image_family: nano}\nwhere: \(place)\nhow: {template: t}\n"
    return LabFiles(
      catalogue: Example.shippedFiles().catalogue, templates: try Example.templates(["t": Example.job()]),
      rules: [try Example.rule(rule)], mistakes: [])
  }

  /// Boards with a check two hours old, one two days old, one that failed, and none.
  private func prepare(_ session: borrowing PostgresSession) throws {
    try LAVARows.endHealthCheck("q-new", hoursAgo: 2, session)
    try LAVARows.endHealthCheck("q-old", hoursAgo: 48, session)
    try LAVARows.endHealthCheck("q-bad", health: 2, session)
  }

  private static let boards = ["q-new", "q-old", "q-bad", "q-none"]

  @Test(
    "Rules narrow and exclude by it, on LAVA's tables; who is left out hears why, and that waiting may help",
    arguments: [
      ("{health_check: {within: {hours: 24}}}", ["q-new"]),
      ("{health_check: {over: {hours: 24}}}", ["q-bad", "q-none", "q-old"]),
      ("{exclude: {health_check: {over: {days: 7}}}}", ["q-new", "q-old"]),
      ("{exclude: {health_check: {within: {hours: 24}}}}", ["q-bad", "q-none", "q-old"]),
    ])
  func narrows(place: String, expected: [String]) async throws {
    try await TestLab.with(boards: Self.boards, files: files(place)) { lab in
      try await lab.connection.withTransaction { try prepare($0) }
      let id = try await lab.send()
      try await lab.pass()
      #expect(try await lab.assignments().map(\.board) == expected)
      let told = try await lab.connection.withTransaction(.repeatableRead, readOnly: true) {
        try Explanation.read(id, $0)
      }
      for verdict in try #require(told?.rules.first).verdicts where !expected.contains(verdict.board) {
        let reason = try #require(verdict.reasons.first)
        #expect(reason.reason.code == .healthCheck && reason.reason.waitingHelps, "\(verdict)")
        #expect(reason.endsWhen?.contains("events retry") == true)
      }
      let board = try await lab.connection.withTransaction(.repeatableRead, readOnly: true) {
        try Explanation.read(id, board: "q-bad", $0)?.board
      }
      #expect(board?.healthCheck?.hasPrefix("did not pass 20") == true)
    }
  }

  @Test("A thousand boards that miss it cost one text, not one each")
  func compact() throws {
    let plan = try Example.rule(
      "rule: r\nwhen: {source: s}\nwhere: {health_check: {within: {hours: 1}}}\nhow: {template: t}\n"
    ).plan
    let reasons = (0..<1_000).map { number in
      let plain = Example.lab([Example.board("b\(number)")]).boards[0]
      let board = LabBoard(
        board: plain.board, row: plain.row, description: "", isSynced: false,
        healthCheck: HealthCheck(hasPassed: true, endedAt: Double(number)))
      return plan.exclusion(board, at: 1_000_000)
    }
    #expect(Set(reasons).count == 1)
  }

  @Test("A snapshot that follows LAVA has a check that ends; a job that is no health check changes nothing of it")
  func follows() async throws {
    try await TestLab.with(boards: ["q-1"], files: files("{health_check: {within: {hours: 1}}}")) { lab in
      let catalogue = lab.files.catalogue
      let inventory = LiveInventory(
        configuration: lab.configuration, catalogue: { catalogue }, rereading: .seconds(600),
        logger: LAVADatabase.logger)
      let running = Task { try await inventory.run() }
      #expect(await eventually { inventory.problem == nil })
      #expect(inventory.current?.board(named: "q-1")?.healthCheck == nil)
      try await lab.change("UPDATE lava_scheduler_app_device SET state = 2")
      try await lab.connection.withTransaction { try LAVARows.endHealthCheck("q-1", $0) }
      #expect(await eventually { inventory.current?.board(named: "q-1")?.healthCheck?.hasPassed == true })
      let before = inventory.current?.board(named: "q-1")
      try await lab.change("UPDATE lava_scheduler_app_device SET state = 2")
      try await lab.change("UPDATE lava_scheduler_app_device SET state = 0")
      #expect(try await inventory.catchUp(on: lab.connection, within: .seconds(10)))
      #expect(inventory.current?.board(named: "q-1") == before)
      inventory.stop()
      try await running.value
    }
  }
}
