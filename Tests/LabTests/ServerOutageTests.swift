import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

/// PostgreSQL is down when `serve` starts, and again later. On a server of the test's own, with LAVA's tables in it.
@Suite(.timeLimit(.minutes(2))) struct ServerOutageTests {
  /// Copies a database's tables and rows to an empty server.
  private func copy(_ source: PostgresConfiguration, to target: PostgresConfiguration) async throws {
    try await TemporaryFolder.with { folder in
      let file = folder.path + "/dump.sql"
      let dump = try await Program.run(
        TestCluster.binaries + "/pg_dump",
        ["--no-owner", "--no-privileges", "--file", file, "--dbname", source.connectionString])
      try #require(dump.status == 0, "\(dump.complaint)")
      let restore = try await Program.run(
        TestCluster.binaries + "/psql",
        ["-qX", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "-f", file, target.connectionString])
      try #require(restore.status == 0, "\(restore.complaint)")
    }
  }

  @Test func aServerThatIsAwayIsReportedAndItsReturnIsNoticed() async throws {
    let cluster = try TestCluster()
    let database = cluster.socketConfiguration()
    try await LAVADatabase.with { try await copy($0, to: database) }
    func bench<Value>(_ body: (LabBoards) async throws -> Value) async throws -> Value {
      let connection = try await PostgresConnection.connect(database, logger: LAVADatabase.logger)
      let value = try await body(LabBoards(connection: connection))
      await connection.close()
      return value
    }
    try await bench { try await $0.register() }
    try await cluster.run(.stop)

    try await ServePlace.with(database) { place in
      let serve = try place.start()
      try await expectAway(serve)
      try await cluster.run(.start)
      try await serve.becomes("writing")
      #expect(try await serve.producer.send(nanoEvent("n-1")).status == 202)
      try await bench { try await $0.decided(["n-1"]) }

      try await cluster.run(.stop)
      try await expectAway(serve)
      async let answer = serve.producer.send(nanoEvent("n-2"))
      try await cluster.run(.start)
      #expect(try await [200, 202].contains(answer.status))
      try await serve.becomes("writing")
      try await bench { boards in
        try await boards.decided(["n-1", "n-2"])
        try await Bench(boards: boards, place: place).expectNothingLostOrDoubled(["n-1", "n-2"])
      }
      #expect(try await serve.terminate() == 0)
    }
  }

  /// Alive, but not ready, and not taking events it could not keep.
  private func expectAway(_ serve: ServeProcess) async throws {
    let ready = try await eventually("not ready; log: \(serve.log)") {
      let answer = try await serve.readiness()
      return answer?.status == 503 ? answer : nil
    }
    #expect(ready.json["ready"] == false)
    let asked = ContinuousClock.now
    _ = try await serve.readiness()
    #expect(ContinuousClock.now - asked < .seconds(2), "who asks for readiness is not made to wait for the server")
    #expect(ready.json["checks"]?["database"]?.stringValue?.contains("PostgreSQL") == true)
    #expect(try await serve.producer.get("/healthz").status == 200)
    let refused = try await serve.producer.post(nanoEvent("n-0"))
    #expect(refused.status == 503 && refused.json["error"]?["code"]?.stringValue == "database")
  }
}
