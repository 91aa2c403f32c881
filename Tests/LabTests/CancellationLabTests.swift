import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

extension LabItself {
  /// `newer_build: cancel` on a whole lab: LAVA's own REST cancels the queued job of the older build, and only that.
  @Suite(
    .enabled(if: Lab.isWholeInEnvironment, "needs a whole lab: eval \"$(scripts/lab env)\""), .serialized,
    .timeLimit(.minutes(3)))
  struct CancellationLabTests {
    /// One board that LAVA holds to be busy, so that its scheduler leaves the jobs in the queue.
    private struct Place {
      let lab: Lab
      let database: PostgresConfiguration
      let connection: PostgresConnection
      let board = "cancel-" + UUID().uuidString.lowercased().prefix(8)
      let serve: ServePlace

      static func with(_ body: (Place) async throws -> Void) async throws {
        let lab = try Lab.current.get()
        let database = try PostgresConfiguration(connectionString: lab["BOARDCAST_LAB_URL"])
        let enable = try await Program.boardcast(["enable", "--database", database.connectionString])
        try #require(enable.status == 0, "\(enable.complaint)")
        let connection = try await PostgresConnection.connect(database, logger: LAVADatabase.logger)
        try await ServePlace.with(database) { serve in
          let place = Place(lab: lab, database: database, connection: connection, serve: serve)
          _ = try await connection.withSession { session in
            try LAVARows.show(type: "qemu", session)
            try LAVARows.addDevice(
              place.board, type: "qemu", state: 2, worker: try lab["BOARDCAST_LAB_WORKER"], session)
          }
          let outcome: Result<Void, any Error>
          do { outcome = .success(try await body(place)) } catch { outcome = .failure(error) }
          _ = try await connection.withSession { session in
            try session.execute(
              "UPDATE lava_scheduler_app_device SET health = 5, state = 0 WHERE hostname = $1", [.text(place.board)])
          }
          try outcome.get()
        }
        await connection.close()
      }

      /// Writes rule and configuration; the jobs are cancelled with this token.
      func configure(token: String, url: String? = nil) throws {
        try serve.folder.write(
          "rules/mine.yaml",
          """
          rule: \(board)
          when: {source: \(board)}
          where: {boards: \(board)}
          how: {template: smoke}
          limits: {newer_build: cancel}

          """)
        try serve.folder.write("token", lab[token])
        try serve.folder.write(
          "config.yaml",
          "lava_url: \(url ?? (try lab["BOARDCAST_LAB_LAVA_URL"]))\nlava_token_file: \(serve.folder.path)/token\n")
      }

      func send(_ build: String, _ process: ServeProcess, token: String) async throws -> Int64 {
        let producer = Producer(url: process.url, token: try lab[token])
        let event = """
          {"source": "\(board)", "build_id": "\(build)", "status": "success", "arch": "x86_64",
           "images": {"kernel": "http://127.0.0.1:9/vmlinuz", "ramdisk": "http://127.0.0.1:9/initrd"}}
          """
        return try #require(try await producer.send(event).id)
      }

      /// The board's verdict, as `explain` tells it.
      func verdict(_ event: Int64) async throws -> JSONValue? {
        let words = ["explain", "\(event)", board, "--json", "--database", database.connectionString]
        let outcome = try await Program.boardcast(words)
        guard outcome.status == 0 else { return nil }
        return try JSONValue.parse(Array(outcome.output.utf8))["rules"]?.arrayValue?.first?["boards"]?.arrayValue?.first
      }

      func verdict(_ event: Int64, becomes state: String) async throws -> JSONValue {
        try await eventually("event \(event) is \(state)") {
          let told = try await verdict(event)
          return told?["state"]?.stringValue == state ? told : nil
        }
      }
    }

    @Test func theOlderBuildsQueuedJobIsCancelledByLAVAItself() async throws {
      try await Place.with { place in
        try place.configure(token: "BOARDCAST_LAB_TOKEN")
        let serve = try await place.serve.serve()
        let older = try await place.send("1", serve, token: "BOARDCAST_LAB_TOKEN")
        let queued = try await place.verdict(older, becomes: "queued")
        let newer = try await place.send("2", serve, token: "BOARDCAST_LAB_TOKEN")
        let over = try await place.verdict(older, becomes: "finished")
        #expect(over["job_id"] == queued["job_id"] && over["outcome"] == "Canceled", "\(over.canonical)")
        #expect(over["superseded_by"] == .int(newer))
        #expect(over.canonical.contains("event \(newer) brought a newer build of the same line; LAVA's user '"))
        let next = try await place.verdict(newer, becomes: "queued")
        #expect(next["job_id"] != over["job_id"])
        // LAVA's own word for it.
        guard case .int(let job) = over["job_id"] else { return }
        #expect(try await RealBoards(lab: place.lab).job(job) == "Finished Canceled")
        let explain = try await Program.boardcast([
          "explain", "\(older)", place.board, "--database", place.database.connectionString,
        ])
        #expect(explain.output.contains("Canceled by event \(newer)"), "\(explain.output)")
        #expect(try await serve.terminate() == 0)
        #expect(!serve.log.contains(try place.lab["BOARDCAST_LAB_TOKEN"]))
      }
    }

    @Test func whileLAVACannotBeAskedItIsNotedAndDoneLater() async throws {
      try await Place.with { place in
        try place.configure(token: "BOARDCAST_LAB_TOKEN", url: "http://127.0.0.1:9")
        let cutOff = try await place.serve.serve()
        let older = try await place.send("1", cutOff, token: "BOARDCAST_LAB_TOKEN")
        _ = try await place.verdict(older, becomes: "queued")
        let newer = try await place.send("2", cutOff, token: "BOARDCAST_LAB_TOKEN")
        try await cutOff.logs("jobs of older builds are not cancelled")
        let waiting = try await place.verdict(newer, becomes: "waiting")
        #expect(waiting.canonical.contains("queue_full"), "\(waiting.canonical)")
        #expect(try await place.verdict(older)?.canonical.contains("LAVA is asked to cancel the job") == true)
        try await cutOff.killed()
        try place.configure(token: "BOARDCAST_LAB_TOKEN")
        let serve = try place.serve.start()
        #expect(try await place.verdict(older, becomes: "finished")["outcome"] == "Canceled")
        _ = try await place.verdict(newer, becomes: "queued")
        #expect(try await serve.terminate() == 0)
      }
    }

    /// The event's user is an admin, the token's is not: LAVA refuses, which is said and left at that.
    @Test func whatLAVARefusesToCancelGoesOnAndSaysWhy() async throws {
      try await Place.with { place in
        try place.configure(token: "BOARDCAST_LAB_TOKEN")
        let serve = try await place.serve.serve()
        let older = try await place.send("1", serve, token: "BOARDCAST_LAB_ADMIN_TOKEN")
        let queued = try await place.verdict(older, becomes: "queued")
        let newer = try await place.send("2", serve, token: "BOARDCAST_LAB_ADMIN_TOKEN")
        try await serve.logs("LAVA does not cancel a job")
        let told = try #require(try await place.verdict(older))
        #expect(told["state"] == "queued" && told["job_id"] == queued["job_id"])
        #expect(told["superseded_by"] == nil)
        #expect(
          told["words"]?.stringValue?.hasPrefix(
            "event \(newer) brought a newer build of the same line, but LAVA did not cancel the job: ") == true,
          "\(told.canonical)")
        #expect(try await serve.terminate() == 0)
      }
    }
  }
}
