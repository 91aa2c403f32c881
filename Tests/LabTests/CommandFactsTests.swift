import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

/// What the commands print as facts: JSON that parses, exit codes, and where the database was found.
@Suite(.timeLimit(.minutes(2))) struct CommandFactsTests {
  private func json(_ words: [String], status: Int32 = 0, _ location: SourceLocation = #_sourceLocation) async throws
    -> JSONValue
  {
    let outcome = try await Program.boardcast(words + ["--json"])
    #expect(outcome.status == status, "\(outcome)", sourceLocation: location)
    return try JSONValue.parse(Array(outcome.output.utf8))
  }

  private func count(_ value: JSONValue?) -> Int {
    if case .array(let items) = value { items.count } else { -1 }
  }

  @Test func everyCommandThatPrintsFactsPrintsThemAsJSON() async throws {
    try await Bench.with { bench in
      let words = ["--database", bench.place.database.connectionString]
      let serve = try await bench.place.serve()
      let id = try #require(try await serve.producer.send(nanoEvent("n-1")).id)
      try await bench.boards.decided(["n-1"])
      let event = try bench.place.folder.write("event.json", nanoEvent("n-2"))
      #expect(try await json(["doctor"] + words)["healthy"] == true)
      #expect(count(try await json(["boards"] + words)["boards"]) == 4)
      #expect(try await json(["boards", "show", "qemu-03"] + words)["availability"] == "away")
      #expect(count(try await json(["rules"])["rules"]) >= 1)
      #expect(count(try await json(["rules", "check"])["mistakes"]) == 0)
      #expect(count(try await json(["templates"])["templates"]) >= 32)
      let match = try await json(["match", event] + words)
      #expect(count(match["boards"]) == 4 && count(match["jobs"]) == 2)
      #expect(count(try await json(["events"] + words)["events"]) == 1)
      let shown = try await json(["events", "show", "\(id)"] + words)
      #expect(shown["state"] == "decided" && count(shown["boards"]) == 4)
    }
  }

  /// And writes nothing, whatever it finds.
  @Test func matchSaysByItsExitCodeWhetherAnythingWouldHappen() async throws {
    try await Bench.with { bench in
      let words = ["--database", bench.place.database.connectionString]
      let folder = bench.place.folder
      let nano = try folder.write("nano.json", nanoEvent("n-1"))
      let found = try await Program.boardcast(["match", nano, "--jobs"] + words)
      #expect(found.status == 0 && found.output.contains("# nano-regression on qemu-01"))
      #expect(found.output.contains("later"), "the board in maintenance would wait")
      let arm = try folder.write("arm.json", nanoEvent("n-1").replacing("x86_64", with: "x87"))
      let other = try folder.write("other.json", nanoEvent("n-1").replacing(#""nano""#, with: #""wearable""#))
      let none = try await Program.boardcast(["match", other] + words)
      #expect(none.status == 3 && none.output.contains("ignores it"), "\(none)")
      let strange = try await Program.boardcast(["match", arm] + words)
      #expect(strange.status == 1 && strange.complaint.contains("\(arm): arch:"), "\(strange)")
      let bad = try folder.write("bad.json", "{")
      let refused = try await Program.boardcast(["match", bad] + words)
      #expect(refused.status == 1 && refused.complaint.contains("\(bad): the body is not JSON"), "\(refused)")
      let ledger = try await bench.boards.ledger()
      #expect(ledger.jobs.isEmpty && ledger.assignments.isEmpty)
    }
  }

  /// Each way wins over those after it, and the doctor says which it was.
  @Test func theDatabaseIsFoundInFourWays() async throws {
    try await LAVADatabase.with { database in
      try await TemporaryFolder.with { folder in
        func source(_ words: [String], _ environment: [String: String]) async throws -> String {
          let outcome = try await Program.boardcast(
            ["doctor", "--config-dir", folder.path] + words, environment: environment)
          #expect(outcome.status == 0, "\(outcome)")
          let line = try #require(outcome.output.split(separator: "\n").first)
          return String(try #require(line.firstMatch(of: /\(from (.*)\)/)).output.1)
        }
        let right = database.connectionString
        let wrong = "host=/nowhere dbname=wrong"
        let lava = ["LAVA_JSON_SETTINGS": try settings(database)]
        let wrongLAVA = ["LAVA_JSON_SETTINGS": try settings(database.with(["dbname": "wrong"]))]
        #expect(try await source([], lava) == "LAVA_JSON_SETTINGS")
        let file = try folder.write("config.yaml", "database: \(right)\n")
        #expect(try await source([], wrongLAVA) == file)
        try folder.write("config.yaml", "database: \(wrong)\n")
        let variable = ["BOARDCAST_DATABASE": right].merging(wrongLAVA) { first, _ in first }
        #expect(try await source([], variable) == "BOARDCAST_DATABASE")
        let wrongVariable = ["BOARDCAST_DATABASE": wrong].merging(wrongLAVA) { first, _ in first }
        #expect(try await source(["--database", right], wrongVariable) == "--database")
      }
    }
  }

  /// LAVA's settings as a lab's LAVA gets them.
  private func settings(_ database: PostgresConfiguration) throws -> String {
    let parameters = database.parameters
    let settings: JSONValue = [
      "DATABASES": [
        "default": [
          "NAME": .string(parameters["dbname"] ?? ""), "USER": .string(parameters["user"] ?? ""),
          "HOST": .string(parameters["host"] ?? ""), "PORT": .string(parameters["port"] ?? ""),
        ]
      ]
    ]
    return Data(settings.canonical.utf8).base64EncodedString()
  }
}
