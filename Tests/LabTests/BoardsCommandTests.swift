import BoardInventory
import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

/// What the `boards` commands tell, write and survive, on LAVA's tables without a LAVA around them.
/// One after the other: each runs programs, and two cores have only so much.
@Suite(.serialized, .timeLimit(.minutes(2))) struct BoardsCommandTests {
  /// Boards as a lab has them that nobody ever applied.
  private func fill(_ place: BoardsPlace) async throws {
    let connection = try await PostgresConnection.connect(place.database, logger: LAVADatabase.logger)
    try await connection.withSession { session in
      try LAVARows.addDevice("a", type: "qemu", worker: "rack", description: "two\nlines: #1", session)
      try LAVARows.tag("a", "usb 3.0", session)
      try LAVARows.tag("a", "board-a", session)
      try LAVARows.addDevice("b", type: "qemu", health: 4, worker: nil, session)
      try LAVARows.addDevice("c", type: "qemu", health: 5, worker: "rack", session)
      try LAVARows.addDevice("s", type: "qemu", worker: "rack", isSynced: true, session)
      try LAVARows.tag("s", "hdmi", session)
    }
    await connection.close()
    try place.folder.write("devices/a.jinja2", "{% extends 'qemu.jinja2' %}\n{% set x = 'p:  w' %}\t\n\n")
    try place.folder.write("devices/s.jinja2", "{% set sync_to_lava = {} %}\n")
  }

  @Test func anExportIsAppliedWithoutADiff() async throws {
    try await BoardsPlace.withClone { place in
      try await fill(place)
      let all = try await place.run("export")
      #expect(all.status == 0 && !all.output.contains("board-a"), "\(all)")
      let one = try place.folder.write("all.yaml", all.output)
      let exported = try await place.run("export", place.files)
      #expect(exported.status == 0 && exported.output == "4 boards written to \(place.files)\n", "\(exported)")
      for path in [one, place.files] {
        let diff = try await place.run("apply", path, "--dry-run")
        #expect(diff.status == 0 && diff.output == "would be: 4 adopted\n", "\(diff)")
      }
      let mode = try FileManager.default.attributesOfItem(atPath: place.files + "/a.jinja2")[.posixPermissions]
      #expect(mode as? Int == 0o600, "it may hold passwords")
      let again = try await place.run("export", place.files)
      #expect(again.status == 1 && again.complaint.contains("is there already"), "\(again)")
      #expect(try await place.run("export", place.files, "--force").status == 0)
    }
  }

  @Test func anInterruptedApplyGoesOnWhereItStopped() async throws {
    try await BoardsPlace.withClone { place in
      let count = 400
      let names = (0..<count).map { "b\($0)" }
      let boards = names.map {
        "- {board: \($0), device_type: qemu, worker: rack, dictionary: \"{% extends 'qemu.jinja2' %}\"}"
      }
      try place.folder.write("boards/all.yaml", (["boards:"] + boards).joined(separator: "\n"))
      let running = try RunningProgram(place.words(["apply", place.files]), folder: place.folder.path)
      defer { running.abandon() }
      try await running.prints(": added")
      #expect(try await running.interrupt() == 130)
      #expect(running.output.contains("apply again to go on"))
      let agreeing: SQL = """
        SELECT (count(*) = count(r.hostname))::text || ' ' || count(*) AS value
          FROM lava_scheduler_app_device d LEFT JOIN boardcast.registration r USING (hostname)
        """
      let words = try await place.ask(agreeing).split(separator: " ")
      let done = try #require(words.last.flatMap { Int($0) })
      #expect(words.first == "true" && done >= 1 && done < count, "\(words)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: place.dictionaries).count == done)
      // There is no LAVA to ask, hence 1.
      let rest = try await place.apply("--json")
      #expect(
        rest.status == 1 && rest.output.contains(#""added":\#(count - done),"#), "\(done) \(rest.output.prefix(300))")
      #expect(try await place.ask(agreeing) == "true \(count)")
    }
  }

  /// A plan must not be carried out on what somebody else has changed since it was made.
  @Test func twoAppliesDoNotWorkAtOnce() async throws {
    try await BoardsPlace.withClone { place in
      try place.folder.write("boards/a.yaml", "board: a\n" + BoardsPlace.qemu)
      let other = try await PostgresConnection.connect(place.database, logger: LAVADatabase.logger)
      try await Registrar.claim(other)
      let refused = try await place.apply()
      #expect(refused.status == 1 && refused.complaint.contains("another 'boards apply' is at work"), "\(refused)")
      #expect(try await place.apply("--dry-run").status == 3)
      try await place.expectUntouched()
      await other.close()
      #expect(try await place.apply().output.contains("a: added"))
    }
  }

  /// The locks of a `serve` that runs (writer, dictionaries, cancellations) are not those of an apply: labs do both at once.
  @Test func aServeThatRunsDoesNotStopAnApply() async throws {
    try await BoardsPlace.withClone { place in
      try place.folder.write("boards/a.yaml", "board: a\n" + BoardsPlace.qemu)
      let serve = try await PostgresConnection.connect(place.database, logger: LAVADatabase.logger)
      let taken = try await serve.withSession { session in
        try session.query("SELECT pg_try_advisory_lock(1650746228, n)::text AS value FROM generate_series(1, 3) n")
          .map { try $0.string("value") }
      }
      #expect(taken == ["true", "true", "true"])
      let applied = try await place.apply()
      #expect(applied.output.contains("a: added"), "\(applied)")
      await serve.close()
    }
  }

  @Test func theWideListTellsTagsDescriptionsAndReasons() async throws {
    try await BoardsPlace.withClone { place in
      try await fill(place)
      let words = ["boards", "list", "--database", place.database.connectionString]
      let wide = try await Program.boardcast(words + ["--wide"])
      let lines = wide.output.split(separator: "\n")
      #expect(wide.status == 0 && lines.count == 5, "\(wide)")
      #expect(lines[1].contains("usb 3.0") && lines[1].contains("two lines: #1") && !lines[1].contains("board-a"))
      #expect(lines[2].contains("maintenance"))
      let shown = try await Program.boardcast(["boards", "show", "s", "--database", place.database.connectionString])
      #expect(shown.output.contains("belongs to:   LAVA's sync") && shown.output.contains("available:"), "\(shown)")
    }
  }

  @Test func aWatchedListShowsWhatChangesAndEndsWhenAsked() async throws {
    try await BoardsPlace.withClone { place in
      try await fill(place)
      let words = ["boards", "list", "--wide", "--watch", "--database", place.database.connectionString]
      let running = try RunningProgram(words, folder: place.folder.path)
      defer { running.abandon() }
      try await running.prints("two lines: #1")
      _ = try await place.ask(
        "UPDATE lava_scheduler_app_device SET description = 'by hand' WHERE hostname = 'b' RETURNING '' AS value")
      try await running.prints("by hand")
      _ = try await place.ask(
        "DELETE FROM lava_scheduler_app_device WHERE hostname = 'c' RETURNING '' AS value")
      try await running.prints("- c\n")
      #expect(running.output.split(separator: "\n").count == 7, "what did not change is not told again")
      #expect(try await running.interrupt() == 0)
      #expect(running.complaint.isEmpty, "\(running.complaint)")
    }
  }

  @Test func aBoardThatIsInConflictIsLeftAndTheOthersAreDone() async throws {
    try await BoardsPlace.withClone { place in
      try place.folder.write("devices/a.jinja2", "{% extends 'qemu.jinja2' %}\n# by hand\n")
      for name in ["a", "b"] { try place.folder.write("boards/\(name).yaml", "board: \(name)\n" + BoardsPlace.qemu) }
      let outcome = try await place.apply()
      #expect(outcome.status == 1 && outcome.output.contains("1 added, 1 conflict"), "\(outcome)")
      #expect(outcome.output.contains("! dictionary: one that no apply wrote is there (1 line differs)"))
      #expect(try await place.ask("SELECT hostname AS value FROM lava_scheduler_app_device") == "b")
      let kept = try String(contentsOfFile: place.dictionaries + "/a.jinja2", encoding: .utf8)
      #expect(kept.contains("by hand"))
      #expect(try await place.apply("--force").output.contains("a: added"))
    }
  }
}
