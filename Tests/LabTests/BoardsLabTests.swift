import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

/// Boards registered in a whole lab, with LAVA's own command, folder and opinion. One after the other: LAVA's `sync`
/// hides every type that has no device yet, also those of another test. The boards are of a type that no other test's events
/// match.
@Suite(.enabled(if: Lab.isWholeInEnvironment), .serialized, .timeLimit(.minutes(4))) struct BoardsLabTests {
  /// A place in the lab itself; what a test puts in is retired after it, and its dictionaries are gone.
  private func withLab(_ body: (BoardsPlace, String) async throws -> Void) async throws {
    let lab = try Lab.current.get()
    let database = try PostgresConfiguration(connectionString: lab["BOARDCAST_LAB_URL"])
    let enable = try await Program.boardcast(["enable", "--database", database.connectionString])
    try #require(enable.status == 0, "\(enable.complaint)")
    let run = String(UUID().uuidString.lowercased().prefix(8))
    let devices = try lab["BOARDCAST_LAB_DEVICES"]
    try await TemporaryFolder.with { folder in
      let place = BoardsPlace(
        database: database, folder: folder, dictionaries: devices,
        manage: "\(Lab.repository)/scripts/lab manage --name \(try lab["BOARDCAST_LAB_NAME"]) --",
        templates: try lab["BOARDCAST_LAVA_ROOT"] + "/usr/share/lava-server/device-types")
      func clean() async throws {
        let mine = try await place.ask(
          "SELECT hostname AS value FROM lava_scheduler_app_device WHERE hostname LIKE '%' || $1", [.text(run)])
        let names = mine.split(separator: "\n").map(String.init)
        // As LAVA's own command would: 5 is Retired.
        _ = try await place.ask(
          "UPDATE lava_scheduler_app_device SET health = 5 WHERE hostname LIKE '%' || $1 RETURNING '' AS value",
          [.text(run)])
        for name in names { try? FileManager.default.removeItem(atPath: "\(devices)/\(name).jinja2") }
      }
      do { try await body(place, run) } catch {
        try? await clean()
        throw error
      }
      try await clean()
    }
  }

  private func manage(_ words: [String]) async throws {
    let lab = try Lab.current.get()
    let outcome = try await Program.run(
      Lab.repository + "/scripts/lab", ["manage", "--name", lab["BOARDCAST_LAB_NAME"], "--"] + words)
    try #require(outcome.status == 0, "\(outcome)")
  }

  private let dictionary = "dictionary: |\n  {% extends 'panda.jinja2' %}\n"

  /// Every column of every row, ours beside LAVA's own `device-types add`, `workers add` and `devices add`.
  @Test func rowsAreThoseThatLAVAsOwnCommandsWrite() async throws {
    try await withLab { place, run in
      func name(_ word: String) -> String { "\(word)-\(run)" }
      let (ours, theirs) = (name("t1"), name("t2"))
      try await manage(["device-types", "add", theirs])
      try await manage(["workers", "add", name("w2")])
      let add = ["--device-type", theirs, "--worker", name("w2")]
      try await manage(["devices", "add", name("b2")] + add + ["--tags", name("x2"), name("y2")])
      try await manage(["devices", "add", name("off2"), "--description", "some words", "--offline"] + add)
      try place.folder.write(
        "boards/all.yaml",
        """
        boards:
        - {board: \(name("b1")), device_type: \(ours), worker: \(name("w1")), health: good,
           tags: [\(name("x1")), \(name("y1"))], dictionary: "{% extends 'panda.jinja2' %}"}
        - {board: \(name("off1")), device_type: \(ours), worker: \(name("w1")), health: maintenance,
           description: some words, dictionary: "{% extends 'panda.jinja2' %}"}
        """)
      let outcome = try await place.apply("--create-worker")
      #expect(outcome.status == 0, "\(outcome)")
      func rows(_ which: String) async throws -> [String] {
        try await place.ask(
          """
          SELECT replace(row::text, $1, '') AS value FROM (
            SELECT 1 AS n, to_jsonb(t) AS row, name::text AS k FROM lava_scheduler_app_devicetype t WHERE name = 't' || $1
            UNION ALL SELECT 2, to_jsonb(w) - 'token' - 'last_ping' || jsonb_build_object('token', length(w.token),
                                'pinged', w.last_ping BETWEEN now() - interval '5 minutes' AND now()), hostname
              FROM lava_scheduler_app_worker w WHERE hostname = 'w' || $1
            UNION ALL SELECT 3, to_jsonb(d), hostname FROM lava_scheduler_app_device d
             WHERE hostname IN ('b' || $1, 'off' || $1)
            UNION ALL SELECT 4, to_jsonb(g) - 'id', name FROM lava_scheduler_app_tag g WHERE name IN ('x' || $1, 'y' || $1)
            UNION ALL SELECT 5, jsonb_build_object('device', x.device_id, 'tag', g.name), g.name
              FROM lava_scheduler_app_device_tags x JOIN lava_scheduler_app_tag g ON g.id = x.tag_id
             WHERE x.device_id IN ('b' || $1, 'off' || $1)
          ) r ORDER BY n, k
          """, [.text("\(which)-\(run)")]
        ).split(separator: "\n").map(String.init)
      }
      let (mine, lavas) = (try await rows("1"), try await rows("2"))
      #expect(mine == lavas && mine.count == 8, "\(mine)\n\(lavas)")
    }
  }

  @Test func aBoardsWholeLife() async throws {
    try await withLab { place, run in
      let lab = try Lab.current.get()
      let (board, worker) = ("life-\(run)", try lab["BOARDCAST_LAB_WORKER"])
      let head = "board: \(board)\ndevice_type: panda\n"
      func write(_ rest: String) throws { try place.folder.write("boards/a.yaml", head + rest + dictionary) }
      func device() async throws -> String {
        try await place.ask(
          """
          SELECT concat_ws(' ', d.worker_host_id, d.description, d.health, array(SELECT g.name
                   FROM lava_scheduler_app_device_tags x JOIN lava_scheduler_app_tag g ON g.id = x.tag_id
                  WHERE x.device_id = d.hostname ORDER BY 1)) AS value
            FROM lava_scheduler_app_device d WHERE hostname = $1
          """, [.text(board)])
      }
      try write("worker: \(worker)\ntags: [usb]\ndescription: 'first; $(id)'\n")
      let dry = try await place.apply("--dry-run")
      #expect(dry.status == 3 && dry.output.contains("+ board \(board)") && dry.output.contains("would be: 1 added"))
      let added = try await place.apply()
      #expect(added.status == 0 && added.output.contains("\(board): added"), "\(added)")
      #expect(try await device() == "\(worker) first; $(id) 1 {usb}")
      let again = try await place.apply()
      #expect(again.status == 0 && again.output == "nothing to do; 1 boards are as their files say\n", "\(again)")

      try write("worker: second-\(run)\ntags: [rack]\ndescription: ''\n")
      let changed = try await place.apply("--create-worker")
      #expect(changed.status == 0 && changed.output.contains("~ tags: usb -> rack"), "\(changed)")
      #expect(try await device() == "second-\(run)  1 {rack}")

      try await manage(["devices", "update", board, "--description", "by hand"])
      let refused = try await place.apply()
      #expect(refused.status == 1 && refused.output.contains("'by hand' would be lost"), "\(refused)")
      #expect(try await device().contains("by hand"))
      let forced = try await place.apply("--force")
      #expect(forced.status == 0, "\(forced)")
      #expect(try await device() == "second-\(run)  1 {rack}")

      try FileManager.default.removeItem(atPath: place.files + "/a.yaml")
      try place.folder.write("boards/other.yaml", "boards: []\n")
      #expect(try await place.apply().status == 0, "without --prune a board stays")
      #expect(try await device().hasSuffix(" 1 {rack}"))
      let pruned = try await place.apply("--prune", "--json")
      #expect(pruned.status == 0 && pruned.output.contains(#""retired":1"#), "\(pruned)")
      #expect(try await device().hasSuffix(" 5 {rack}"))
      #expect(try await place.apply("--prune").output == "nothing to do; 0 boards are as their files say\n")
      try write("worker: second-\(run)\n")
      #expect(try await place.apply().status == 0)
      #expect(try await device().hasSuffix(" 1 {rack}"), "its file came back, and so does the board")
    }
  }

  /// LAVA's own words, for each way a dictionary can be wrong; the board is in all the same.
  @Test func whatLAVADoesNotAcceptIsToldInItsWords() async throws {
    try await withLab { place, run in
      let worker = try Lab.current.get()["BOARDCAST_LAB_WORKER"]
      for (name, dictionary) in [
        ("render", #"{% extends 'panda.jinja2' %}{% set x = nope.a.b %}"#), ("yaml", "a: [hunter2"), ("schema", "a: 1"),
        ("syntax", "{% extends 'panda.jinja2' %}{# hunter2 #}{% endfor %}"), ("good", "{% extends 'panda.jinja2' %}"),
      ] {
        try place.folder.write(
          "boards/\(name).yaml",
          "board: \(name)-\(run)\ndevice_type: panda\nworker: \(worker)\ndictionary: \"\(dictionary)\"\n")
      }
      let outcome = try await place.apply()
      #expect(outcome.status == 1 && outcome.output.contains("5 added; 4 not schedulable"), "\(outcome)")
      for (name, words) in [
        ("render", "the dictionary does not render: UndefinedError: 'nope' is undefined"),
        ("yaml", "the dictionary renders to no YAML: "),
        ("schema", "invalid device configuration: extra keys not allowed"),
        ("syntax", "the dictionary does not render: TemplateSyntaxError: Encountered unknown tag 'endfor'. (line 1)"),
      ] {
        #expect(
          outcome.complaint.contains("\(name)-\(run): not schedulable, LAVA says: \(words)"), "\(outcome.complaint)")
      }
      #expect(!outcome.complaint.contains("hunter2"))
      let again = try await place.apply()
      #expect(again.status == 1 && again.output == "5 unchanged; 4 not schedulable\n", "\(again)")
      try place.folder.write(
        "boards/schema.yaml", "board: schema-\(run)\ndictionary: \"{% extends 'panda.jinja2' %}\"\n")
      let mended = try await place.apply()
      #expect(mended.output.hasSuffix("1 changed, 4 unchanged; 3 not schedulable\n"), "\(mended)")
    }
  }

  @Test func retiringIsLAVAsAndRefusesWhatIsSyncs() async throws {
    try await withLab { place, run in
      let worker = try Lab.current.get()["BOARDCAST_LAB_WORKER"]
      let (board, synced) = ("old-\(run)", "synced-\(run)")
      try place.folder.write(
        "boards/a.yaml", "board: \(board)\ndevice_type: panda\nworker: \(worker)\nhealth: good\n" + dictionary)
      #expect(try await place.apply().status == 0)
      try "{% extends 'panda.jinja2' %}\n{% set sync_to_lava = {'device_type': 'panda'} %}\n".write(
        toFile: "\(place.dictionaries)/\(synced).jinja2", atomically: false, encoding: .utf8)
      try await manage(["sync"])
      let outcome = try await place.run("retire", board, synced, "olt-\(run)")
      #expect(outcome.status == 1 && outcome.output == "\(board): retired\n", "\(outcome)")
      #expect(outcome.complaint.contains("\(synced) belongs to LAVA's sync"))
      #expect(outcome.complaint.contains("LAVA has no board 'olt-\(run)'; did you mean '\(board)'?"))
      #expect(try await place.run("retire", board).output == "\(board): is retired already\n")
      // Applying a synced board changes nothing of LAVA's, but what it can run is ours to say.
      try place.folder.write(
        "boards/a.yaml", "board: \(synced)\nworker: other\ntags: [x]\ncapabilities: {architectures: [arm64]}\n")
      let applied = try await place.apply()
      #expect(applied.status == 0, "\(applied)")
      #expect(
        applied.output.contains("belongs to LAVA's sync (is_synced)") && applied.output.contains("worker, tags left"))
      let row = try await place.ask(
        """
        SELECT concat_ws(' ', d.worker_host_id, r.capabilities) AS value FROM lava_scheduler_app_device d
          JOIN boardcast.registration r USING (hostname) WHERE hostname = $1
        """, [.text(synced)])
      #expect(row == #"{"architectures": ["arm64"]}"#)
      try FileManager.default.removeItem(atPath: "\(place.dictionaries)/\(synced).jinja2")
      try await manage(["sync"])
    }
  }
}
