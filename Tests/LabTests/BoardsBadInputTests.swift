import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

/// Bad input to `boards apply`: exit 1, the place and the mend in one line each, and nothing written.
@Suite(.serialized, .timeLimit(.minutes(2))) struct BoardsBadInputTests {
  /// Applies files that are refused, and gives what was complained about.
  private func refusal(
    _ files: [String: String], _ words: String..., place: BoardsPlace, _ location: SourceLocation = #_sourceLocation
  ) async throws -> String {
    for (name, text) in files { try place.folder.write("boards/\(name)", text) }
    let outcome = try await Program.boardcast(place.words(["apply", place.files] + words))
    #expect(outcome.status == 1, "\(outcome)", sourceLocation: location)
    try await place.expectUntouched(location)
    return outcome.complaint.replacing(place.files + "/", with: "")
  }

  @Test func oneBadFileAmongManyAndNothingIsApplied() async throws {
    try await BoardsPlace.withClone { place in
      var files = Dictionary(
        uniqueKeysWithValues: (0..<20).map { ("b\($0).yaml", "board: b\($0)\n" + BoardsPlace.qemu) })
      files["b7.yaml"] = "board: b7\nboards: 8\n" + BoardsPlace.qemu
      files["b9.yaml"] = "board: b9\nworkr: rack\n" + BoardsPlace.qemu
      let told = try await refusal(files, place: place)
      #expect(told.contains("b9.yaml:2: unknown key 'workr'; did you mean 'worker'?"), "\(told)")
      #expect(told.contains("b7.yaml:1: unknown key 'board'"), "every mistake is told: \(told)")
      #expect(told.contains("2 mistakes; nothing was applied"))
    }
  }

  @Test func twoBoardsOfOneNameAndTextThatIsNotUTF8() async throws {
    try await BoardsPlace.withClone { place in
      try FileManager.default.createDirectory(atPath: place.files, withIntermediateDirectories: true)
      try Data([0x62, 0xE9, 0x0A]).write(to: URL(fileURLWithPath: place.files + "/c.yaml"))
      let board = "board: a\n" + BoardsPlace.qemu
      let told = try await refusal(["a.yaml": board, "b.yaml": board], place: place)
      #expect(told.contains("c.yaml: the file is not UTF-8") && told.contains("b.yaml:1: the board 'a' is in"))
    }
  }

  @Test func whatLAVAWouldRefuse() async throws {
    try await BoardsPlace.withClone { place in
      let told = try await refusal(
        [
          "host.yaml": "board: rack/7\n" + BoardsPlace.qemu,
          "type.yaml": "board: t\ndevice_type: qemuu\nworker: rack\nhealth: maintenance\n",
          "worker.yaml": "board: w\ndevice_type: qemu\nworker: rak\nhealth: maintenance\n",
          "tag.yaml": "board: g\n" + BoardsPlace.qemu + "tags: [\(String(repeating: "x", count: 101))]\n",
          "dictionary.yaml":
            "board: d\ndevice_type: qemu\nworker: rack\ndictionary: \"{% extends 'qemuu.jinja2' %}\"\n",
        ], place: place)
      #expect(told.contains("host.yaml:1: LAVA would refuse the hostname 'rack/7'"), "\(told)")
      #expect(told.contains("type.yaml:2: no template serves the device type 'qemuu'"))
      #expect(told.contains("worker.yaml:3: LAVA has no worker 'rak'; did you mean 'rack'? --create-worker"))
      #expect(told.contains("tag.yaml:6: the tag 'xxxxxxxxxxxxxxxxxxxx…' has 101 characters"))
      #expect(told.contains("dictionary.yaml:4: the dictionary extends 'qemuu.jinja2'"))
      #expect(told.contains("5 mistakes; nothing was applied"))
    }
  }

  /// Tests run as root, whom no mode stops; a folder that is mounted read-only does.
  @Test(.enabled(if: geteuid() == 0)) func aReadOnlyFolderOfDictionaries() async throws {
    try await BoardsPlace.withClone { place in
      try place.folder.write("boards/a.yaml", "board: a\n" + BoardsPlace.qemu)
      let mounted = #"mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@""#
      let outcome = try await Program.run(
        "/usr/bin/unshare",
        ["--mount", "/bin/sh", "-c", mounted, place.dictionaries, Lab.program] + place.words(["apply", place.files]))
      #expect(outcome.status == 1, "\(outcome)")
      #expect(
        outcome.complaint.contains("a: \(place.dictionaries) cannot be written to: read-only file system"), "\(outcome)"
      )
      try await place.expectUntouched()
    }
  }

  @Test(.enabled(if: geteuid() == 0)) func aFolderOfDictionariesThatIsAnothersUser() async throws {
    try await BoardsPlace.withClone { place in
      try place.folder.write("boards/a.yaml", "board: a\n" + BoardsPlace.qemu)
      #expect(chmod(place.folder.path, 0o755) == 0)
      // Where the program lies, in a home folder say, such a user may not look.
      let program = place.folder.path + "/boardcast"
      try FileManager.default.copyItem(atPath: Lab.program, toPath: program)
      let outcome = try await Program.run(
        "/usr/bin/setpriv",
        ["--reuid", "65534", "--regid", "65534", "--clear-groups", program]
          + place.words(["apply", place.files], database: try tcp(place.database)),
        environment: ["BOARDCAST_SHARE": Lab.repository])
      #expect(
        outcome.status == 1 && outcome.complaint.contains("cannot be written to: permission denied"), "\(outcome)")
      try await place.expectUntouched()
    }
  }

  @Test func noPermissionInTheDatabase() async throws {
    try await BoardsPlace.withClone { place in
      let role = "reader_" + UUID().uuidString.prefix(8).lowercased()
      let lab = try Lab.current.get()
      let admin = try PostgresConfiguration(connectionString: lab["BOARDCAST_LAB_ADMIN_URL"])
      let connection = try await PostgresConnection.connect(
        admin.with(["dbname": place.database.parameters["dbname"] ?? ""]), logger: LAVADatabase.logger)
      try await connection.withSession { session in
        for statement in try Self.reader(role) { _ = try session.execute(statement) }
      }
      try place.folder.write("boards/a.yaml", "board: a\n" + BoardsPlace.qemu)
      let words = place.words(["apply", place.files], database: place.database.with(["user": role]))
      let outcome = try await Program.boardcast(words)
      try await connection.withSession { session in
        _ = try session.execute("DROP OWNED BY " + SQL.identifier(role))
        _ = try session.execute("DROP ROLE " + SQL.identifier(role))
      }
      await connection.close()
      #expect(outcome.status == 1, "\(outcome)")
      #expect(
        outcome.complaint.contains("a: ") && outcome.complaint.contains("permission denied for table"), "\(outcome)")
      try await place.expectUntouched()
    }
  }

  private static func reader(_ role: String) throws -> [SQL] {
    [
      try "CREATE ROLE " + .identifier(role) + " LOGIN",
      try "GRANT USAGE ON SCHEMA public, boardcast TO " + .identifier(role),
      try "GRANT SELECT ON ALL TABLES IN SCHEMA public, boardcast TO " + .identifier(role),
    ]
  }

  /// The same database by TCP: the socket's folder is closed to strangers.
  private func tcp(_ database: PostgresConfiguration) throws -> PostgresConfiguration {
    try PostgresConfiguration(connectionString: Lab.current.get()["BOARDCAST_LAB_TCP_URL"])
      .with(["dbname": database.parameters["dbname"] ?? ""])
  }

  @Test func aDictionarysSecretsAreShownOnRequestOnly() async throws {
    try await BoardsPlace.withClone { place in
      try place.folder.write(
        "boards/a.yaml", "board: a\n" + BoardsPlace.qemu + "  {% set power_on_command = 'pdu --password hunter2' %}\n")
      let words = ["apply", place.files, "--dry-run", "--log-level", "trace"]
      let quiet = try await Program.boardcast(place.words(words))
      #expect(quiet.status == 3 && quiet.output.contains("+ dictionary: 2 lines"), "\(quiet)")
      let json = try await Program.boardcast(place.words(words + ["--json"]))
      for outcome in [quiet, json] { #expect(!(outcome.output + outcome.complaint).contains("hunter2")) }
      let told = try await Program.boardcast(place.words(words + ["--show-dictionary"]))
      #expect(told.output.contains("+{% set power_on_command = 'pdu --password hunter2' %}"))
      let applied = try await Program.boardcast(place.words(["apply", place.files, "--log-level", "trace"]))
      #expect(!(applied.output + applied.complaint).contains("hunter2"))
      #expect(applied.status == 1 && applied.complaint.contains("whether LAVA accepts the boards is not known"))
      let kept = try await place.ask("SELECT row_to_json(r)::text AS value FROM boardcast.registration r")
      #expect(!kept.contains("hunter2") && kept.contains(#""hostname":"a""#))
    }
  }

  @Test func aDatabaseThatIsNotEnabledSaysSo() async throws {
    try await LAVADatabase.with(migrated: false) { database in
      try await TemporaryFolder.with { folder in
        let file = try folder.write("a.yaml", "board: a\n" + BoardsPlace.qemu)
        let outcome = try await Program.boardcast([
          "boards", "apply", file, "--database", database.connectionString, "--dictionaries", folder.path,
        ])
        #expect(outcome.status == 1 && outcome.complaint.contains("run 'boardcast enable'"), "\(outcome)")
      }
    }
  }
}
