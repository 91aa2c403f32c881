import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects events and work from whoever sets PostgreSQL's clock a day on and back: on a real server whose clock is really
/// set, by libfaketime in a process of its own.
@Suite("PostgreSQL's clock is set", .enabled(if: FakeClock.isPossible), .timeLimit(.minutes(4)), .serialized)
struct ClockJumpTests {
  private func files(_ limits: String) throws -> LabFiles {
    let rule = "rule: r\nwhen: {image_family: nano}\nhow: {template: t}\nlimits: {\(limits)}\n"
    return LabFiles(
      catalogue: Example.shippedFiles().catalogue, templates: try Example.templates(["t": Example.job()]),
      rules: [try Example.rule(rule)], mistakes: [])
  }

  private func with(
    _ limits: String, boards: [String] = ["q"], _ body: (TestLab, FakeClock) async throws -> Void
  ) async throws {
    let clock = try FakeClock()
    let cluster = try await LAVACluster(
      generation: Lab.current.get()["BOARDCAST_LAB_LAVA"], environment: clock.environment)
    try await cluster.enable()
    let connection = try await PostgresConnection.connect(cluster.configuration, logger: LAVADatabase.logger)
    // The dump has the lab's own.
    _ = try await connection.withSession { try $0.execute("DELETE FROM lava_scheduler_app_worker") }
    await connection.close()
    try await TestLab.with(cluster.configuration, boards: boards, files: files(limits)) { try await body($0, clock) }
    // The server ends with the value that stands for it.
    _ = cluster.server.port
  }

  private func health(_ health: Int, _ lab: TestLab) async throws {
    try await lab.change("UPDATE lava_scheduler_app_device SET health = $1", [PostgresValue(health)])
  }

  /// A round as `WriterService` does it.
  private func round(_ lab: TestLab, _ watch: inout ClockWatch) async throws -> ClockWatch.Jump? {
    let jump = try await watch.follow(lab.connection)
    var pass = WriterPass(connection: lab.connection, files: lab.files, logger: LAVADatabase.logger)
    pass.time = watch.time
    _ = try await pass.run()
    return jump
  }

  /// Whole hours until an assignment expires, by PostgreSQL's clock.
  private func hoursLeft(_ lab: TestLab) async throws -> [Int] {
    try await lab.connection.withSession { session in
      try session.query(
        """
        SELECT round(extract(epoch FROM expires_at - clock_timestamp()) / 3600)::int AS hours
          FROM boardcast.assignment ORDER BY id
        """
      ).map { try $0.int("hours") }
    }
  }

  @Test("A day on and a day back while work waits: nothing expires, nothing waits a day longer, each is queued once")
  func waiting() async throws {
    try await with("wait_hours: 2") { lab, clock in
      var watch = ClockWatch()
      try await health(4, lab)
      try await lab.send(["build_id": "1"])
      #expect(try await round(lab, &watch) == nil)
      #expect(try await hoursLeft(lab) == [2])

      try clock.set("+1d")
      // Decided in the new time before anybody noticed: it has the right times already.
      try await lab.send(["build_id": "2"])
      try await lab.pass(expiring: watch.time)
      #expect(try await lab.assignments().map(\.state) == ["waiting", "waiting"])
      let on = try #require(try await round(lab, &watch))
      #expect(abs(on.by / .seconds(1) - 86_400) < 30)
      #expect(try await lab.assignments().map(\.state) == ["waiting", "waiting"])
      #expect(try await hoursLeft(lab) == [2, 2])

      try clock.set("+0")
      try await lab.send(["build_id": "3"])
      try await lab.pass(expiring: watch.time)
      let back = try #require(try await round(lab, &watch))
      #expect(abs(back.by / .seconds(1) + 86_400) < 30)
      #expect(try await hoursLeft(lab) == [2, 2, 2])
      #expect(try await round(lab, &watch) == nil)

      // One after the other, as the queue's window has it, and none twice.
      try await health(0, lab)
      for done in 1...3 {
        _ = try await round(lab, &watch)
        #expect(try await lab.jobCount() == done)
        try await lab.change("UPDATE lava_scheduler_app_testjob SET state = 5, health = 1, end_time = now()")
      }
      _ = try await round(lab, &watch)
      #expect(try await lab.jobCount() == 3)
      #expect(try await lab.assignments().map(\.state) == ["finished", "finished", "finished"])
    }
  }

  @Test("Set back a day, a period of once_per lasts no day longer, and no source loses its turn for a day")
  func periods() async throws {
    try await with("once_per: {hours: 1}") { lab, clock in
      var watch = ClockWatch()
      try clock.set("+1d")
      try await lab.send(["build_id": "1"])
      _ = try await round(lab, &watch)
      #expect(try await lab.jobCount() == 1)
      try await lab.change("UPDATE lava_scheduler_app_testjob SET state = 5, health = 1, end_time = now()")
      try await lab.send(["build_id": "2"])
      _ = try await round(lab, &watch)
      #expect(try await lab.assignments().map(\.reason) == [nil, "limit"])

      try clock.set("+0")
      #expect(try await round(lab, &watch) != nil)
      #expect(try await lab.jobCount() == 1, "the period is not over")
      #expect(
        try await lab.count(
          """
          SELECT (SELECT count(*) FROM boardcast.assignment WHERE queued_at > clock_timestamp())::int
               + (SELECT count(*) FROM boardcast.turn WHERE served > clock_timestamp())::int
               + (SELECT count(*) FROM boardcast.roster WHERE since > clock_timestamp())::int AS count
          """) == 0)
      // The hour goes by.
      try await lab.change("UPDATE boardcast.assignment SET queued_at = queued_at - interval '1 hour'")
      _ = try await round(lab, &watch)
      #expect(try await lab.jobCount() == 2)
    }
  }

  @Test("Cancellations that wait for LAVA are asked for again within minutes, however the clock is set")
  func cancellations() async throws {
    try await with("newer_build: cancel") { lab, clock in
      var watch = ClockWatch()
      try await lab.send(["build_id": "1"])
      _ = try await round(lab, &watch)
      try await lab.send(["build_id": "2"])
      _ = try await round(lab, &watch)
      func state() async throws -> [Int] {
        try await lab.connection.withSession { session in
          try session.query(
            """
            SELECT round(extract(epoch FROM clock_timestamp() - asked_at) / 3600)::int AS asked,
                   (next_at <= clock_timestamp() + interval '5 minutes')::int AS soon FROM boardcast.cancellation
            """
          ).only { [try $0.int("asked"), try $0.int("soon")] }
        }
      }
      try await lab.change("UPDATE boardcast.cancellation SET next_at = clock_timestamp() + interval '4 minutes'")
      for words in ["+1d", "+0", "-1d", "+0"] {
        try clock.set(words)
        #expect(try await round(lab, &watch) != nil)
        #expect(try await state() == [0, 1], "set to \(words)")
      }
    }
  }

  @Test("A running writer notices by itself, says it once, and goes on")
  func running() async throws {
    try await with("wait_hours: 1") { lab, clock in
      let root = Lab.repository
      let (log, wake) = (LogRecorder(), WakeSignal())
      let book = LabFilesBook(
        folders: LabFolders(devices: [root + "/devices"], templates: [root + "/templates"], rules: [root + "/rules"]))
      let writer = WriterService(
        configuration: lab.configuration, book: book, wake: wake, status: WriterStatus(), tick: .milliseconds(50),
        logger: log.logger)
      let running = Task { try await writer.run() }
      try await health(4, lab)
      try await lab.send(["build_id": "1"])
      #expect(try await eventually { try await lab.assignments().map(\.state) == ["waiting"] })
      for (place, words) in ["+2d", "-1d", "+0"].enumerated() {
        try clock.set(words)
        #expect(
          await eventually { log.recorded.count { $0.text.contains("clock was set") } == place + 1 }, "\(words)")
        #expect(try await lab.assignments().map(\.state) == ["waiting"], "\(words)")
      }
      try await lab.send(["build_id": "2"])
      try await health(0, lab)
      #expect(try await eventually { try await lab.jobCount() == 1 })
      try await lab.change("UPDATE lava_scheduler_app_testjob SET state = 5, health = 1, end_time = now()")
      #expect(try await eventually { try await lab.jobCount() == 2 })
      #expect(try await eventually { try await lab.assignments().map(\.state).sorted() == ["finished", "queued"] })
      wake.finish()
      try await running.value
      #expect(log.recorded.count { $0.text.contains("clock was set") } == 3)
    }
  }
}

/// The clock of programs that are started with its environment: the real one and so much more, set while they run.
/// Monotonic clocks are left as they are.
private struct FakeClock {
  private static let library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
  private let folder: TemporaryFolder

  /// Whether the library is here and fits the server; said aloud where not, as a skipped test is easily overlooked.
  static let isPossible: Bool = {
    let isThere = TestCluster.root == nil && geteuid() == 0 && FileManager.default.fileExists(atPath: library)
    if !isThere { print("SKIPPED: setting PostgreSQL's clock; it needs libfaketime and the machine's own PostgreSQL") }
    return isThere
  }()

  init() throws {
    folder = try TemporaryFolder(["clock": "+0"])
    // The user postgres reads it.
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
    try set("+0")
  }

  var environment: [String: String] {
    [
      "LD_PRELOAD": Self.library, "FAKETIME_TIMESTAMP_FILE": folder.path + "/clock", "FAKETIME_NO_CACHE": "1",
      "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_RESET": "1",
    ]
  }

  /// Sets it, for example `+1d` or `-1d`; `+0` is the real time.
  func set(_ words: String) throws {
    // At once: a time that is half written, or may not be read yet, is another one.
    let draft = try folder.write("draft", words)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: draft)
    guard rename(draft, folder.path + "/clock") == 0 else { throw LabSurprise("the clock cannot be set: \(errno)") }
  }
}
