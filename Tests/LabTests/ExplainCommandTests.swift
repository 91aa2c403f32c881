import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

/// Protects what people and CI read of `explain`, `rules check` and `rules replay`: words, JSON and exit codes.
@Suite(.timeLimit(.minutes(2))) struct ExplainCommandTests {
  private let rule = "rule: mine\nwhen: {image_family: nano}\nwhere: {tags: [hdmi]}\nhow: {template: smoke}\n"

  private func lab(_ body: (PostgresConfiguration, PostgresConnection) async throws -> Void) async throws {
    try await LAVADatabase.with { configuration in
      let connection = try await PostgresConnection.connect(configuration, logger: LAVADatabase.logger)
      try await connection.withTransaction { session in
        try LAVARows.addDeviceType("qemu", session)
        try LAVARows.addWorker("worker-1", session)
        for board in ["q-1", "q-2"] { try LAVARows.addDevice(board, type: "qemu", worker: "worker-1", session) }
      }
      try await body(configuration, connection)
      await connection.close()
    }
  }

  @Test func warningsAreForPeopleAndCountWhenStrict() async throws {
    try await lab { configuration, _ in
      try await TemporaryFolder.with { folder in
        let file = try folder.write("rules/mine.yaml", rule)
        let words = ["rules", "check", "--config-dir", folder.path, "--database", configuration.connectionString]
        let plain = try await Program.boardcast(words)
        #expect(plain.status == 0)
        #expect(
          plain.complaint.contains("boardcast: warning: \(file):3: no board of the lab carries the tag 'hdmi'"),
          "\(plain.complaint)")
        #expect(plain.output.contains("example  nano-regression (x86_64) would make 2 jobs now"), "\(plain.output)")
        #expect(try await Program.boardcast(words + ["--strict"]).status == 1)
        let offline = try await Program.boardcast(words + ["--strict", "--offline"])
        #expect(offline.status == 0 && offline.complaint == "")
        let json = try JSONValue.parse(Array(try await Program.boardcast(words + ["--json"]).output.utf8))
        #expect(json["warnings"]?.arrayValue?.count == 2 && json["mistakes"] == [])
        try folder.write("rules/mine.yaml", rule.replacing("tags: [hdmi]", with: "device_types: [qmu]"))
        #expect(try await Program.boardcast(words).status == 1)
      }
    }
  }

  @Test func anUnreachableDatabaseLeavesTheFilesToCheck() async throws {
    let database = "postgresql://nobody@127.0.0.1:\(ServePlace.freePort())/lava"
    let outcome = try await Program.boardcast(["rules", "check", "--database", database])
    #expect(outcome.status == 0 && outcome.complaint == "", "\(outcome.complaint)")
    #expect(outcome.output.contains("not held against a lab: "))
  }

  @Test func replayComparesFoldersOfRules() async throws {
    try await lab { configuration, connection in
      _ = try await connection.withTransaction { session in
        let record = """
          {"source": "ci", "build_id": "1", "status": "success", "image_family": "nano", "arch": "x86_64",
           "images": {"kernel": {"url": "http://a/k"}, "ramdisk": {"url": "http://a/r"}}}
          """
        _ = try session.execute(
          """
          INSERT INTO boardcast.event (source, build_id, fingerprint, status, door, sender_id, sender_name, record, raw,
                                       state)
          SELECT 'ci', '1', 'x', 'success', 'test', id, username, $1, '', 'accepted' FROM auth_user LIMIT 1
          """, [.jsonb(record)])
      }
      try await TemporaryFolder.with { folder in
        try folder.write("other/mine.yaml", rule.replacing("tags: [hdmi]", with: "target: {any: 1}"))
        let words = ["rules", "replay", "--config-dir", folder.path, "--database", configuration.connectionString]
        let outcome = try await Program.boardcast(words + ["--since", "1d", "--rules", folder.path + "/other"])
        #expect(outcome.status == 0, "\(outcome.complaint)")
        #expect(
          outcome.output.hasSuffix(
            "1 events; the rules in force: 2 jobs, 0.0 board-hours beside 2 jobs of unknown length\n"
              + "with \(folder.path)/other: 1 jobs, 0.0 board-hours beside 1 jobs of unknown length\n"
              + "difference: -1 jobs, +0.0 board-hours\n"), "\(outcome.output)")
        let json = try JSONValue.parse(Array(try await Program.boardcast(words + ["--json"]).output.utf8))
        #expect(json["current"]?["jobs"] == 2 && json["other"] == nil)
        #expect(try await Program.boardcast(words + ["--since", "7"]).status == 64)
        #expect(try await Program.boardcast(words + ["--rules", folder.path + "/none"]).status == 1)
      }
      let explain = ["explain", "--database", configuration.connectionString]
      let undecided = try await Program.boardcast(explain + ["1"])
      #expect(undecided.status == 0 && undecided.output.contains("accepted"), "\(undecided)")
      let unknown = try await Program.boardcast(explain + ["1", "q-11"])
      #expect(unknown.status == 1 && unknown.complaint.contains("did you mean 'q-1'?"), "\(unknown)")
      #expect(try await Program.boardcast(explain + ["77"]).complaint == "Error: there is no event 77\n")
      let board = try await Program.boardcast(explain + ["1", "q-1"])
      #expect(board.output.contains("board q-1 (qemu), now: could take a job now"), "\(board.output)")
    }
  }

  @Test func asAUserShowsWhatTheUserMaySee() async throws {
    try await lab { configuration, connection in
      try await connection.withTransaction { session in
        let owners = try LAVARows.addGroup("owners", session)
        try LAVARows.permit("view_device", device: "q-2", group: owners, session)
        _ = try session.execute(
          """
          INSERT INTO boardcast.event (source, build_id, fingerprint, status, door, sender_id, sender_name, record, raw,
                                       state)
          SELECT 'ci', '1', 'x', 'success', 'test', id, username, $1, '', 'accepted' FROM auth_user
           WHERE username = 'ci-bot'
          """,
          [
            .jsonb(
              """
              {"source": "ci", "build_id": "1", "status": "success", "image_family": "nano", "arch": "x86_64",
               "images": {"kernel": {"url": "http://a/k"}, "ramdisk": {"url": "http://a/r"}}}
              """)
          ])
      }
      func run(_ words: String...) async throws -> (status: Int32, output: String, complaint: String) {
        let outcome = try await Program.boardcast(words + ["--database", configuration.connectionString])
        return (outcome.status, outcome.output, outcome.complaint)
      }
      #expect(try await run("boards", "list").output.contains("q-2"))
      let boards = try await run("boards", "list", "--as", "ci-bot")
      #expect(boards.output.contains("q-1") && !boards.output.contains("q-2"), "\(boards)")
      #expect(boards.output.hasSuffix("1 board that ci-bot may not see\n"), "\(boards)")
      let json = try JSONValue.parse(Array(try await run("boards", "list", "--json", "--as", "ci-bot").output.utf8))
      #expect(json["hidden_boards"] == 1 && json["boards"]?.arrayValue?.count == 1)
      let hidden = try await run("explain", "1", "q-2", "--as", "ci-bot")
      #expect(hidden.status == 1 && hidden.complaint.contains("LAVA has no board 'q-2'"), "\(hidden)")
      #expect(try await run("explain", "1", "--as", "gone").complaint == "Error: there is no event 1\n")
      #expect(try await run("explain", "1", "--as", "nobody").complaint == "Error: LAVA has no user 'nobody'\n")
      let event = try await run("events", "show", "1", "--as", "ci-bot")
      #expect(event.status == 0 && event.output.contains("accepted") && !event.output.contains("q-2"), "\(event)")
      #expect(try await run("events", "list", "--as", "gone").output.contains("ci") == false)
      #expect(try await run("boards", "list", "--watch", "--as", "ci-bot").status == 64)
    }
  }

  @Test func explainTellsOfAllBoardsAndOfOne() async throws {
    try await Bench.with { bench in
      let away = "qemu-03"
      let serve = try await bench.place.serve()
      let id = try #require(try await serve.producer.send(nanoEvent("n-1")).id)
      try await bench.boards.decided(["n-1"])
      try await bench.boards.assignment("n-1", away, is: "waiting")
      let words = ["explain", "\(id)", "--database", bench.place.database.connectionString]
      let all = try await Program.boardcast(words)
      #expect(all.output.contains("rule nano-regression: 4 boards: 2 queued, 1 arch, 1 away\n"), "\(all)")
      #expect(all.output.contains("rule release-candidate-smoke ignored it: the event has no properties.version"))
      let one = try await Program.boardcast(words + [away])
      #expect(one.output.contains("rule nano-regression: waiting; since 20"), "\(one)")
      #expect(
        one.output.contains(
          "\n  maintenance: its health is Maintenance, until somebody sets its health in LAVA to Good or Unknown\n"),
        "\(one)")
      #expect(try await serve.terminate() == 0)
    }
  }
}
