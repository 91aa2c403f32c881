import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

/// Bad input at the command line: an exit code scripts can use, and one clear line that names the thing.
@Suite(.timeLimit(.minutes(2))) struct CommandRefusalTests {
  /// Runs the program, expects it to end so, and gives the one line it complained with.
  @discardableResult
  private func refusal(
    _ words: [String], status: Int32 = 1, environment: [String: String] = [:],
    _ location: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let outcome = try await Program.boardcast(words, environment: environment)
    #expect(outcome.status == status, "\(outcome)", sourceLocation: location)
    let lines = outcome.complaint.split(separator: "\n")
    // Wrong usage is followed by the usage.
    if status != 64 { #expect(lines.count == 1, "\(outcome)", sourceLocation: location) }
    #expect(!(outcome.output + outcome.complaint).contains("hunter2"), sourceLocation: location)
    return lines.first.map(String.init) ?? ""
  }

  @Test func aWrongPasswordIsRefusedAndShownNowhere() async throws {
    let url = try Lab.current.get()["BOARDCAST_LAB_TCP_URL"]
    let configuration = try PostgresConfiguration(connectionString: url).with(["password": "hunter2"])
    for database in [configuration.connectionString, url.replacing(/:[0-9a-f]+@/, with: ":hunter2@")] {
      for words in [["enable"], ["boards"], ["events"]] {
        let line = try await refusal(words + ["--database", database])
        #expect(line.contains(#"password authentication failed for user "lavaserver""#), "\(line)")
      }
      let doctor = try await Program.boardcast(["doctor", "--database", database])
      #expect(doctor.status == 1 && doctor.output.contains("password authentication failed"))
      #expect(!(doctor.output + doctor.complaint).contains("hunter2"))
    }
  }

  @Test func serveWithAWrongPasswordKeepsItToItself() async throws {
    let url = try Lab.current.get()["BOARDCAST_LAB_TCP_URL"]
    let database = try PostgresConfiguration(connectionString: url).with(["password": "hunter2"])
    try await ServePlace.with(database) { place in
      let serve = try place.start()
      let ready = try await eventually("an answer of readyz") { try await serve.readiness() }
      #expect(ready.status == 503 && ready.json.canonical.contains("password authentication failed"))
      try await serve.logs("password authentication failed")
      #expect(!ready.json.canonical.contains("hunter2"))
      #expect(try await serve.terminate() == 0)
      #expect(!serve.log.contains("hunter2"))
    }
  }

  @Test func aDatabaseThatIsDownIsNamed() async throws {
    let port = ServePlace.freePort()
    let database = "postgresql://lavaserver:hunter2@127.0.0.1:\(port)/lavaserver"
    for words in [["enable"], ["boards"], ["events", "show", "1"]] {
      let line = try await refusal(words + ["--database", database])
      #expect(line.contains("127.0.0.1") && line.contains("\(port)") && line.contains("Connection refused"), "\(line)")
    }
  }

  @Test func aDatabaseThatIsNotLAVAsIsRefused() async throws {
    let database = try PostgresConfiguration(connectionString: Lab.current.get()["BOARDCAST_LAB_ADMIN_URL"])
    let words = ["--database", database.connectionString]
    for command in ["enable", "boards"] {
      #expect(try await refusal([command] + words).contains("not a LAVA database: it lacks the table auth_group"))
    }
    let doctor = try await Program.boardcast(["doctor"] + words)
    #expect(doctor.status == 1 && doctor.output.contains("LAVA: this is not a LAVA database"))
    try await ServePlace.with(database) { place in
      let serve = try place.start()
      let ready = try await eventually("the writer's reason") {
        let ready = try await serve.readiness()
        return ready?.json["checks"]?["writer"]?.stringValue == "not started" ? nil : ready
      }
      #expect(ready.status == 503, "alive, and not ready")
      #expect(ready.json["checks"]?["database"]?.stringValue?.contains("not a LAVA database") == true)
      #expect(ready.json["checks"]?["writer"]?.stringValue?.contains("not a LAVA database") == true)
      #expect(try await serve.terminate() == 0)
    }
  }

  @Test func aDatabaseWithoutBoardcastsTablesSaysHowToPutThemThere() async throws {
    try await LAVADatabase.with(migrated: false) { database in
      let words = ["--database", database.connectionString]
      #expect(try await refusal(["events"] + words).contains("run 'boardcast enable'"))
      try await ServePlace.with(database) { place in
        let serve = try place.start()
        try await serve.logs("run 'boardcast enable'")
        let ready = try #require(try await serve.readiness())
        #expect(ready.status == 503 && ready.json.canonical.contains("run 'boardcast enable'"))
        let enable = try await Program.boardcast(["enable"] + words)
        #expect(enable.status == 0 && enable.output.contains("applied 0001_events_and_assignments.sql"))
        try await serve.becomes("writing")
        #expect(try await Program.boardcast(["enable"] + words).output.contains("there was nothing to do"))
      }
    }
  }

  @Test func anEditedMigrationIsRefusedByName() async throws {
    try await LAVADatabase.with { database in
      try await TemporaryFolder.with { folder in
        for name in ["migrations", "devices", "rules", "templates"] {
          try FileManager.default.copyItem(atPath: "\(Lab.repository)/\(name)", toPath: "\(folder.path)/\(name)")
        }
        let name = "0001_events_and_assignments.sql"
        let text = try String(contentsOfFile: "\(folder.path)/migrations/\(name)", encoding: .utf8)
        try folder.write("migrations/\(name)", text + " ")
        let words = ["--database", database.connectionString]
        let share = ["BOARDCAST_SHARE": folder.path]
        let line = try await refusal(["enable"] + words, environment: share)
        #expect(line.contains(name) && line.contains("was changed afterwards"), "\(line)")
        let doctor = try await Program.boardcast(["doctor"] + words, environment: share)
        #expect(doctor.status == 1 && doctor.output.contains("migration \(name) was changed afterwards"))
        #expect(try await Program.boardcast(["doctor"] + words).status == 0)
      }
    }
  }

  @Test func unknownWordsAreWrongUsage() async throws {
    #expect(try await refusal(["boards", "--nonsense"], status: 64).contains("--nonsense"))
    #expect(try await refusal(["nonsense"], status: 64).contains("nonsense"))
    #expect(try await refusal(["events", "show", "x"], status: 64).contains("'x'"))
    #expect(try await refusal(["serve", "--listen", "nowhere"], status: 64).contains("'nowhere' is no address"))
    #expect(try await refusal(["boards", "--log-level", "loud"], status: 64).contains("'loud' is no log level"))
  }

  @Test func aConfigurationWithAMistakeNamesItsLine() async throws {
    try await TemporaryFolder.with { folder in
      let file = try folder.write("config.yaml", "listen: 127.0.0.1:8070\nqueue_windows: 2\n")
      let line = try await refusal(["rules", "--config-dir", folder.path])
      #expect(line.contains("\(file):2: unknown key 'queue_windows'; did you mean 'queue_window'?"), "\(line)")
    }
  }

  @Test func anEventThatIsNotThereAndAnAddressThatIsTaken() async throws {
    try await Bench.with { bench in
      let words = ["--database", bench.place.database.connectionString]
      #expect(try await refusal(["events", "show", "999"] + words).contains("there is no event 999"))
      #expect(try await refusal(["boards", "show", "qemu-1"] + words).contains("did you mean 'qemu-01'?"))
      let serve = try await bench.place.serve()
      let address = serve.url.replacing("http://", with: "")
      let second = try await Program.boardcast(["serve", "--listen", address] + words)
      #expect(second.status == 1)
      #expect(second.complaint.contains("Error: cannot listen on \(address): Address already in use"))
      #expect(!second.complaint.contains(" error "), "\(second.complaint)")
    }
  }

  @Test func sendSaysWhyItCouldNot() async throws {
    try await Bench.with { bench in
      let serve = try await bench.place.serve()
      let event = try bench.place.folder.write("event.json", nanoEvent("n-1"))
      let right = ["BOARDCAST_TOKEN": LabBoards.token]
      let to = ["--to", serve.url]
      let none = ["BOARDCAST_TOKEN": ""]
      #expect(try await refusal(["send", event] + to, environment: none).contains("no LAVA API token"))
      let wrong = try await refusal(["send", event] + to, environment: ["BOARDCAST_TOKEN": "hunter2"])
      #expect(wrong.contains("HTTP 401") && wrong.contains("knows no such API token"))
      let nobody = "http://127.0.0.1:\(ServePlace.freePort())"
      #expect(try await refusal(["send", event, "--to", nobody], environment: right).contains(nobody))
      #expect(try await refusal(["send", "/nowhere.json"] + to, environment: right).contains("/nowhere.json"))
      let bad = try bench.place.folder.write("bad.json", #"{"source": "ci", "status": "success"}"#)
      let refused = try await refusal(["send", bad] + to, environment: right)
      #expect(refused.contains("HTTP 400") && refused.contains("build_id"))
      #expect(try await bench.boards.events().isEmpty)

      let token = try bench.place.folder.write("token", LabBoards.token + "\n")
      let sent = try await Program.boardcast(["send", event, "--token-file", token] + to)
      #expect(sent.status == 0 && sent.output.contains("is accepted"))
      let again = try await Program.boardcast(["send", event, "--json"] + to, environment: right)
      #expect(again.status == 0 && again.output.contains(#""duplicate":true"#))
    }
  }
}
