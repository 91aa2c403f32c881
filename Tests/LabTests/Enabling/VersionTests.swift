import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

/// Protects a database from a Boardcast of another age: the older one stops and says so, and goes on when it is replaced.
@Suite(.timeLimit(.minutes(3))) struct VersionTests {
  /// The shipped files with the first so many migrations.
  private func share(_ count: Int, in folder: TemporaryFolder) throws -> String {
    let share = folder.path + "/share-\(count)"
    let files = FileManager.default
    try files.createDirectory(atPath: share + "/migrations", withIntermediateDirectories: true)
    for name in ["devices", "rules", "templates"] {
      try files.createSymbolicLink(atPath: "\(share)/\(name)", withDestinationPath: "\(Lab.repository)/\(name)")
    }
    let all = try files.contentsOfDirectory(atPath: Lab.repository + "/migrations").filter { $0.hasSuffix(".sql") }
    for name in all.sorted().prefix(count) {
      try files.copyItem(atPath: "\(Lab.repository)/migrations/\(name)", toPath: "\(share)/migrations/\(name)")
    }
    return share
  }

  @Test func theOlderOfTwoStops() async throws {
    try await Bench.with { bench in
      let older = try share(6, in: bench.place.folder)
      let serve = try bench.place.start(environment: ["BOARDCAST_SHARE": older])
      try await serve.logs("this boardcast is older than the database")
      let ready = try #require(try await serve.readiness())
      #expect(ready.status == 503)
      #expect(ready.json["checks"]?["writer"]?.stringValue?.contains("use the boardcast that applied it") == true)
      let words = ["--database", bench.place.database.connectionString, "--config-dir", bench.place.folder.path]
      let doctor = try await Program.boardcast(["doctor"] + words, environment: ["BOARDCAST_SHARE": older])
      #expect(doctor.status == 1 && doctor.output.contains("this boardcast is older than the database"))
      let enable = try await Program.boardcast(["enable"] + words, environment: ["BOARDCAST_SHARE": older])
      #expect(enable.status == 1 && enable.complaint.contains("this boardcast is older than the database"))
      #expect(try await serve.terminate() == 0)

      let newer = try await bench.place.serve()
      #expect(try await newer.producer.send(nanoEvent("n-1")).status == 202)
      try await bench.boards.decided(["n-1"])
      #expect(try await newer.terminate() == 0)
    }
  }

  /// A database that was enabled before holds events from then; `enable` brings it up, and its work goes on.
  @Test func olderDataIsWorkedOnAfterAnUpgrade() async throws {
    try await LAVADatabase.with(migrated: false) { database in
      let connection = try await PostgresConnection.connect(database, logger: LAVADatabase.logger)
      let boards = LabBoards(connection: connection)
      try await ServePlace.with(database) { place in
        let older = try Migrations(directory: share(6, in: place.folder) + "/migrations")
        _ = try await older.apply(on: connection)
        try await boards.register()
        try await connection.withTransaction { session in
          _ = try session.execute(
            Self.olderEvents, [.jsonb(nanoEvent("old-1")), .jsonb(nanoEvent("old-2"))])
          try session.script(Self.olderWork)
        }
        let serve = try place.start()
        try await serve.logs("run 'boardcast enable'")
        #expect(try await serve.readiness()?.status == 503)
        let enable = try await Program.boardcast(
          ["enable", "--database", database.connectionString, "--config-dir", place.folder.path])
        #expect(enable.status == 0 && enable.output.contains("applied 0009_enabling.sql"), "\(enable.complaint)")
        try await serve.becomes("writing")
        try await boards.decided(["old-1", "old-2"])
        try await boards.assignment("old-1", "qemu-01", is: "finished")
        try await boards.assignment("old-2", "qemu-01", is: "queued")
        // Which build has the board first depends on how the older job finds it.
        try await eventually("old-1 on qemu-02 is finished") {
          try await boards.finishJobs()
          return try await boards.ledger().assignments.contains {
            $0.build == "old-1" && $0.board == "qemu-02" && $0.state == "finished"
          }
        }
        let shown = try await serve.producer.get("/api/v1/events/1")
        #expect(shown.status == 200 && shown.json["state"] == "decided", "\(shown.json.canonical)")
        #expect(try await serve.terminate() == 0)
      }
      await connection.close()
    }
  }

  /// One that was decided and one that was not.
  private static let olderEvents: SQL = """
    INSERT INTO boardcast.event
           (source, build_id, fingerprint, status, door, sender_id, sender_name, record, raw, state, decided_at)
    SELECT 'ci:nano', e.record ->> 'build_id', e.record ->> 'build_id', 'success', 'http', u.id, u.username, e.record,
           '', e.state, CASE WHEN e.state = 'decided' THEN now() END
      FROM (VALUES (1, $1::jsonb, 'decided'), (2, $2::jsonb, 'accepted')) AS e (place, record, state), auth_user u
     WHERE u.username = 'tester' ORDER BY e.place
    """

  /// What was decided: a board whose job is long over, and one that still waits.
  private static let olderWork: SQL = """
    INSERT INTO boardcast.decision (event_id, rule, summary) VALUES (1, 'nano-regression', '{}');
    INSERT INTO boardcast.shape (event_id, rule, device_type, template, definition, job_name, visibility, priority)
    VALUES (1, 'nano-regression', 'qemu', 'smoke', E'job_name: old\ntags:\n- board\n', 'old', 'public', 50);
    INSERT INTO boardcast.assignment
           (event_id, rule, board, device_type, shape_id, submitter_id, submitter, priority, state, job_id, outcome,
            finished_at, expires_at)
    SELECT 1, 'nano-regression', b.board, 'qemu', 1, u.id, u.username, 50, b.state, b.job, b.outcome, b.finished,
           now() + interval '1 day'
      FROM (VALUES ('qemu-01', 'finished', 1, 'Complete', now()), ('qemu-02', 'waiting', NULL, NULL, NULL))
             AS b (board, state, job, outcome, finished), auth_user u
     WHERE u.username = 'tester'
    """
}
