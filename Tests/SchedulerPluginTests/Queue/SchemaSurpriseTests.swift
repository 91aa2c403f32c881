import BoardInventory
import BuildEvents
import LabSupport
import Logging
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects LAVA from a writer that does not know its tables: it stops before the first insert, keeps what it has, says
/// what it met, and goes on by itself when that is over.
@Suite("LAVA's tables change under a running writer")
struct SchemaSurpriseTests {
  /// A change of LAVA's tables that somebody made, how it is taken back, and what people must read of it.
  struct Surprise: Sendable, CustomTestStringConvertible {
    let change: SQL
    let back: SQL
    let words: [String]

    var testDescription: String { words.joined(separator: ", ") }
  }

  static let all: [Surprise] = [
    Surprise(
      change: """
        ALTER TABLE lava_scheduler_app_testjob ADD COLUMN quantum_bits integer NOT NULL DEFAULT 0;
        ALTER TABLE lava_scheduler_app_testjob ALTER COLUMN quantum_bits DROP DEFAULT
        """,
      back: "ALTER TABLE lava_scheduler_app_testjob DROP COLUMN quantum_bits",
      words: ["lava_scheduler_app_testjob", "quantum_bits", "must be filled"]),
    Surprise(
      change: """
        ALTER TABLE lava_scheduler_app_tag ADD COLUMN colour text NOT NULL DEFAULT 'red';
        ALTER TABLE lava_scheduler_app_tag ALTER COLUMN colour DROP DEFAULT
        """,
      back: "ALTER TABLE lava_scheduler_app_tag DROP COLUMN colour",
      words: ["lava_scheduler_app_tag", "colour", "must be filled"]),
    Surprise(
      change: "ALTER TABLE lava_scheduler_app_testjob_viewing_groups RENAME TO gone",
      back: "ALTER TABLE gone RENAME TO lava_scheduler_app_testjob_viewing_groups",
      words: ["lacks the table lava_scheduler_app_testjob_viewing_groups"]),
    Surprise(
      change: "ALTER TABLE auth_permission RENAME TO gone", back: "ALTER TABLE gone RENAME TO auth_permission",
      words: ["lacks the table auth_permission"]),
    Surprise(
      change: "ALTER TABLE lava_scheduler_app_testjob ALTER COLUMN priority TYPE smallint",
      back: "ALTER TABLE lava_scheduler_app_testjob ALTER COLUMN priority TYPE integer",
      words: ["priority", "lava_scheduler_app_testjob", "is smallint", "knows it as integer"]),
    Surprise(
      change: "ALTER TABLE lava_scheduler_app_tag ALTER COLUMN id TYPE bigint",
      back: "ALTER TABLE lava_scheduler_app_tag ALTER COLUMN id TYPE integer",
      words: ["id", "lava_scheduler_app_tag", "is bigint"]),
    Surprise(
      change: "ALTER TABLE lava_scheduler_app_testjob ALTER COLUMN queue_timeout TYPE interval USING NULL::interval",
      back: "ALTER TABLE lava_scheduler_app_testjob ALTER COLUMN queue_timeout TYPE bigint USING NULL::bigint",
      words: ["queue_timeout", "is interval", "bigint"]),
    Surprise(
      change: "ALTER TABLE lava_scheduler_app_device RENAME COLUMN health TO fitness",
      back: "ALTER TABLE lava_scheduler_app_device RENAME COLUMN fitness TO health",
      words: ["lava_scheduler_app_device", "no column health any more"]),
    Surprise(
      change: "ALTER TABLE lava_scheduler_app_testjob RENAME COLUMN queue_timeout TO patience",
      back: "ALTER TABLE lava_scheduler_app_testjob RENAME COLUMN patience TO queue_timeout",
      words: ["lava_scheduler_app_testjob", "no column queue_timeout any more"]),
  ]

  @Test(
    "Nothing is inserted, events and assignments stay, the doctor and /readyz say what was met, and then it goes on",
    arguments: all)
  func surprise(_ surprise: Surprise) async throws {
    try await TestLab.with(boards: ["q1", "q2"]) { lab in
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 4 WHERE hostname = 'q2'")
      try await lab.send(["build_id": "1"])
      #expect(try await lab.pass().queued == 1)
      let before = try await lab.assignments()
      try await script(surprise.change, lab)

      let event = try await lab.send(["build_id": "2"])
      let report = try await lab.pass()
      #expect(report.decided == 0)
      #expect(report.queued == 0)
      let stored = try #require(try await lab.connection.withSession { try EventStore.event(event, $0) })
      #expect(stored.state == "accepted")
      let doctor = try await examine(lab)
      let ready = try await DoorsUnderTest.with(lab.configuration) { doors in
        _ = doors.status.set(.writing)
        return try await doors.get("/readyz")
      }
      #expect(ready.status == 503)
      for word in surprise.words {
        #expect(report.hold?.contains(word) == true, "\(report.hold ?? "no hold")")
        #expect(stored.hold?.contains(word) == true)
        #expect(doctor.contains { $0.verdict == .bad && $0.detail.contains(word) }, "\(doctor)")
        #expect(ready.json["checks"]?["database"]?.stringValue?.contains(word) == true, "\(ready.text)")
      }
      #expect(try await lab.jobCount() == 1)
      #expect(try await lab.assignments() == before)

      try await script(surprise.back, lab)
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 0 WHERE hostname = 'q2'")
      #expect(try await lab.pass() == WriterPass.Report(decided: 1, queued: 1))
      #expect(try await !examine(lab).contains { $0.subject == "LAVA" && $0.verdict == .bad })
    }
  }

  @Test("A running writer says it once in the log, and writes again as soon as the cause is gone")
  func running() async throws {
    try await TestLab.with(boards: ["q1"]) { lab in
      try await script(Self.all[0].change, lab)
      let event = try await lab.send()
      let root = Lab.repository
      let (log, status, wake) = (LogRecorder(), WriterStatus(), WakeSignal())
      let book = LabFilesBook(
        folders: LabFolders(devices: [root + "/devices"], templates: [root + "/templates"], rules: [root + "/rules"]))
      let writer = WriterService(
        configuration: lab.configuration, book: book, wake: wake, status: status, tick: .milliseconds(50),
        logger: log.logger)
      let running = Task { try await writer.run() }
      let holds = await eventually(.seconds(120)) {
        if case .holding(let why) = status.phase { why.contains("quantum_bits") } else { false }
      }
      #expect(holds)
      #expect(
        try await eventually {
          try await lab.connection.withSession {
            try EventStore.event(event, $0)?.hold?.contains("quantum_bits") == true
          }
        })
      try await script(Self.all[0].back, lab)
      #expect(try await eventually(.seconds(120)) { try await lab.jobCount() == 1 })
      #expect(await eventually { status.phase == .writing })
      wake.finish()
      try await running.value
      #expect(log.recorded.count { $0.level == .error && $0.text.contains("quantum_bits") } == 1)
    }
  }

  private func script(_ sql: SQL, _ lab: TestLab) async throws {
    try await lab.connection.withTransaction { try $0.script(sql) }
  }

  private func examine(_ lab: TestLab) async throws -> [Doctor.Finding] {
    try await Doctor.examine(
      DatabaseLocation(configuration: lab.configuration, source: "the test"), files: lab.files,
      migrations: Migrations(directory: Lab.repository + "/migrations"), logger: LAVADatabase.logger
    ).findings
  }
}
