import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

/// Protects events from a database that is there and does not take them: nothing is lost, everybody is told why, and the
/// work goes on by itself when the cause is gone. Each on a server of the test's own with LAVA's tables.
@Suite(.timeLimit(.minutes(4))) struct DatabaseTroubleTests {
  private struct Place {
    let cluster: LAVACluster
    let serve: ServeProcess
    let place: ServePlace
    let boards: LabBoards

    /// As PostgreSQL's superuser.
    func change(in database: String = "postgres", _ statements: SQL...) async throws {
      // In a database of its own: LAVA's may be read-only.
      let connection = try await PostgresConnection.connect(
        cluster.superuser.with(database: database), logger: LAVADatabase.logger)
      for statement in statements { try await connection.withSession { _ = try $0.execute(statement) } }
      await connection.close()
    }

    /// Not ready, with these words in `/readyz`, in the log and in what the doctor says.
    func expectTold(_ words: String) async throws {
      try await eventually("'\(words)' in /readyz; log: \(serve.log)") {
        guard let answer = try await serve.readiness(), answer.status == 503 else { return false }
        return answer.json["checks"]?.canonical.contains(words) == true
      }
      // Each connection says it at its own next try.
      try await eventually("'\(words)' in the log: \(serve.log)") { serve.log.contains(words) }
      let doctor = try await Program.boardcast(
        ["doctor", "--database", place.database.connectionString, "--config-dir", place.folder.path])
      #expect(doctor.status == 1 && doctor.output.contains(words), "\(doctor.output)")
    }

    /// An event that comes now is either refused, so that its sender keeps it, or kept.
    func expectRefused(_ build: String) async throws {
      let answer = try await serve.producer.post(nanoEvent(build))
      #expect(answer.status == 503 && answer.json["error"]?["code"]?.stringValue == "database", "\(answer)")
    }

    /// Everything goes on, and what was refused is taken when it is sent again.
    func expectWorks(_ builds: [String]) async throws {
      try await serve.becomes("writing")
      for build in builds { #expect(try await serve.producer.send(nanoEvent(build)).status < 300) }
      let connection = try await PostgresConnection.connect(cluster.configuration, logger: LAVADatabase.logger)
      let boards = LabBoards(connection: connection)
      try await boards.decided(builds)
      try await Bench(boards: boards, place: place).expectNothingLostOrDoubled(builds)
      await connection.close()
    }
  }

  private func with(_ body: (Place) async throws -> Void) async throws {
    let cluster = try await LAVACluster(generation: "2023.01")
    try await cluster.enable()
    let connection = try await PostgresConnection.connect(cluster.configuration, logger: LAVADatabase.logger)
    let boards = LabBoards(connection: connection)
    try await boards.register()
    try await ServePlace.with(cluster.configuration) { place in
      let serve = try await place.serve()
      #expect(try await serve.producer.send(nanoEvent("n-1")).status == 202)
      try await boards.decided(["n-1"])
      await connection.close()
      try await body(Place(cluster: cluster, serve: serve, place: place, boards: boards))
      #expect(try await serve.terminate() == 0)
    }
  }

  @Test func aDatabaseThatIsReadOnly() async throws {
    try await with { place in
      // What begins from now on is read-only, and stays so when the setting is gone.
      try await place.change(
        "ALTER DATABASE lavaserver SET default_transaction_read_only = on",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'lavaserver'")
      try await place.expectTold("the database is read-only")
      try await place.expectRefused("n-2")
      try await place.change("ALTER DATABASE lavaserver RESET default_transaction_read_only")
      try await place.expectWorks(["n-1", "n-2"])
    }
  }

  @Test func aStandbyInRecovery() async throws {
    try await with { place in
      let signal = place.cluster.server.folder + "/data/standby.signal"
      try await place.cluster.server.run(.stop)
      try Data().write(to: URL(fileURLWithPath: signal))
      if geteuid() == 0, let postgres = getpwnam("postgres") { chown(signal, postgres.pointee.pw_uid, 0) }
      try await place.cluster.server.run(.start)
      try await place.expectTold("a standby in recovery")
      try await place.expectRefused("n-2")
      try await place.change("SELECT pg_promote()")
      try await place.expectWorks(["n-1", "n-2"])
    }
  }

  @Test func aServerOutOfConnections() async throws {
    try await with { place in
      try await place.change(
        "ALTER ROLE lavaserver CONNECTION LIMIT 0",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'lavaserver'")
      try await place.expectTold("too many connections for role")
      try await place.expectRefused("n-2")
      try await place.change("ALTER ROLE lavaserver CONNECTION LIMIT -1")
      try await place.expectWorks(["n-1", "n-2"])
    }
  }

  /// Events are kept meanwhile: our own tables still take them.
  @Test func aRoleThatMayNotAddJobs() async throws {
    try await with { place in
      try await place.change(
        in: "lavaserver", "UPDATE lava_scheduler_app_testjob SET state = 5, health = 1, end_time = now()",
        "REVOKE INSERT ON lava_scheduler_app_testjob FROM lavaserver")
      #expect(try await place.serve.producer.send(nanoEvent("n-2")).status == 202)
      try await place.serve.logs("permission denied for table lava_scheduler_app_testjob")
      try await eventually("/readyz says it too") {
        guard let answer = try await place.serve.readiness(), answer.status == 503 else { return false }
        return answer.json["checks"]?["writer"]?.stringValue?.contains("run 'boardcast enable'") == true
      }
      let doctor = try await Program.boardcast(
        ["doctor", "--database", place.place.database.connectionString, "--config-dir", place.place.folder.path])
      #expect(doctor.status == 1)
      #expect(doctor.output.contains("lacks on lava_scheduler_app_testjob: INSERT; run 'boardcast enable'"))
      try await place.change(in: "lavaserver", "GRANT INSERT ON lava_scheduler_app_testjob TO lavaserver")
      try await place.expectWorks(["n-1", "n-2"])
    }
  }
}
