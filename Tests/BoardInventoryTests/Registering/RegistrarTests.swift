import Foundation
import LabSupport
import PostgresClient
import Testing

@testable import BoardInventory

/// What is written when plans are carried out, in LAVA's real tables.
@Suite("Carrying out plans", .serialized, .timeLimit(.minutes(2)))
struct RegistrarTests {
  /// A lab's database, a folder for dictionaries, and no LAVA command.
  struct Lab: Sendable {
    let connection: PostgresConnection
    let folder: TemporaryFolder
    var registrar: Registrar {
      Registrar(
        connection: connection, folder: DictionaryFolder(path: folder.path),
        lava: LAVACommand(words: ["/nowhere/lava-server", "manage"]), person: "tester")
    }

    static func with(_ body: (Lab) async throws -> Void) async throws {
      try await LAVADatabase.with { configuration in
        let connection = try await PostgresConnection.connect(configuration, logger: LAVADatabase.logger)
        try await connection.withSession { session in
          try LAVARows.addDeviceType("qemu", session)
          try LAVARows.addWorker("w1", session)
        }
        try await body(Lab(connection: connection, folder: try TemporaryFolder()))
        await connection.close()
      }
    }

    func facts() async throws -> RegistrationFacts {
      try await connection.withTransaction(.repeatableRead, readOnly: true) { try RegistrationFacts.read(nil, $0) }
    }

    func plan(_ file: BoardFile, force: Bool = false) async throws -> BoardPlan {
      let found = try DictionaryFolder(path: folder.path).read(file.hostname)
      return BoardPlan.make(file, try await facts(), found: found, force: force)
    }

    /// Rows as JSON, ordered.
    func rows(_ sql: SQL) async throws -> [String] {
      try await connection.withSession { try $0.query(sql).map { try $0.string("row") } }
    }
  }

  private func file(
    _ name: String, type: String = "qemu", worker: String = "w1", tags: Set<String> = ["usb"],
    dictionary: String? = "{% extends 'qemu.jinja2' %}\n"
  ) -> BoardFile {
    BoardFile(
      hostname: name, deviceType: type, worker: worker, tags: tags,
      dictionary: dictionary.map(DictionaryText.init), place: BoardPlanTests.place)
  }

  @Test func aSecondApplyFindsNothingToDoAndWritesNothing() async throws {
    try await Lab.with { lab in
      let board = file("a", type: "new", worker: "w9", tags: ["usb", "hdmi"])
      try await lab.registrar.carryOut(lab.plan(board))
      try await lab.registrar.accepted(["a"])
      let facts = try await lab.facts()
      #expect(
        facts.devices["a"] == .init(deviceType: "new", worker: "w9", tags: ["usb", "hdmi"], description: "", health: 1))
      let state: SQL = """
        SELECT row_to_json(r)::text AS row FROM boardcast.registration r
        UNION ALL SELECT row_to_json(d)::text || d.xmin::text FROM lava_scheduler_app_device d ORDER BY 1
        """
      let before = try await lab.rows(state)
      let again = try await lab.plan(board)
      #expect(again.isEmpty && !again.mustBeAsked)
      try await lab.registrar.carryOut(again)
      #expect(try await lab.rows(state) == before && before.count == 2)
    }
  }

  @Test func followersHearOfARegistrationAndNotBeforeItIsThere() async throws {
    try await LAVADatabase.with { configuration in
      let connection = try await PostgresConnection.connect(configuration, logger: LAVADatabase.logger)
      try await connection.withSession { try LAVARows.addDevice("a", type: try Self.type($0), worker: nil, $0) }
      let (heard, told) = AsyncStream<String>.makeStream()
      let listener = try PostgresListener(
        configuration: configuration, channels: ["boardcast_inventory"], logger: LAVADatabase.logger
      ) { event in
        switch event {
        case .connected: told.yield("connected")
        case .notification(_, let payload, _): told.yield(payload)
        default: break
        }
      }
      let listening = Task { await listener.run() }
      var words = heard.makeAsyncIterator()
      #expect(await words.next() == "connected")
      var known = RegisteredCapabilities()
      known.architectures = ["arm64"]
      let board = BoardFile(hostname: "a", capabilities: known, place: BoardPlanTests.place)
      let registrar = Registrar(
        connection: connection, folder: DictionaryFolder(path: "/nowhere"), lava: LAVACommand(words: ["x"]), person: "t"
      )
      let facts = try await connection.withSession { try RegistrationFacts.read(nil, $0) }
      try await registrar.carryOut(BoardPlan.make(board, facts, found: nil, force: false))
      #expect(await words.next() == "device:a")
      let kept = try await connection.withSession { session in
        try session.query("SELECT capabilities::text AS row FROM boardcast.registration").map { try $0.string("row") }
      }
      #expect(kept == [#"{"architectures": ["arm64"]}"#])
      listener.stop()
      await listening.value
      await connection.close()
    }
  }

  private static func type(_ session: borrowing PostgresSession) throws -> String {
    try LAVARows.addDeviceType("qemu", session)
    return "qemu"
  }

  /// A board must never be schedulable without its dictionary, and a failed write must leave no board.
  @Test func aDictionaryThatCannotBeWrittenLeavesNoBoard() async throws {
    try await Lab.with { lab in
      let registrar = Registrar(
        connection: lab.connection, folder: DictionaryFolder(path: "/nowhere"), lava: LAVACommand(words: ["x"]),
        person: "t")
      let plan = try await lab.plan(file("a"))
      let trouble = await #expect(throws: DictionaryFolder.Trouble.self) { try await registrar.carryOut(plan) }
      #expect(trouble?.description.contains("/nowhere") == true)
      let facts = try await lab.facts()
      #expect(facts.devices.isEmpty && facts.records.isEmpty && facts.tags.isEmpty)
    }
  }

  @Test func aRowThatCannotBeAddedLeavesNoDictionary() async throws {
    try await Lab.with { lab in
      // The worker went away after the plan was made.
      var plan = try await lab.plan(file("a", worker: "gone"))
      plan.steps.removeAll { $0 == .addWorker("gone") }
      let changed = plan
      let error = await #expect(throws: PostgresError.self) { try await lab.registrar.carryOut(changed) }
      #expect(error?.sqlState == "23503")
      #expect(try await lab.facts().devices.isEmpty)
      #expect(try FileManager.default.contentsOfDirectory(atPath: lab.folder.path).isEmpty)
    }
  }

  /// A crash between the dictionary and COMMIT: the next apply takes the dictionary for its own.
  @Test func whatACrashLeavesTheNextApplyMends() async throws {
    try await Lab.with { lab in
      try DictionaryFolder(path: lab.folder.path).write(DictionaryText("{% extends 'qemu.jinja2' %}\n"), of: "a")
      let plan = try await lab.plan(file("a"))
      #expect(plan.conflicts.isEmpty && plan.isNew)
      try await lab.registrar.carryOut(plan)
      // And a crash after LAVA's command, before our record: LAVA and the file agree.
      try await lab.connection.withSession { session in
        _ = try session.execute("UPDATE lava_scheduler_app_device SET description = 'new' WHERE hostname = 'a'")
      }
      let board = BoardFile(hostname: "a", description: "new", place: BoardPlanTests.place)
      let after = try await lab.plan(board)
      #expect(after.conflicts.isEmpty && after.isAdoption)
    }
  }

  @Test func changesAreNotMadeWithoutLAVAsCommandAndTheCommandIsTold() async throws {
    try await Lab.with { lab in
      try await lab.registrar.carryOut(lab.plan(file("a")))
      let plan = try await lab.plan(file("a", worker: "w2", tags: ["rack"]))
      let refused = await #expect(throws: Registrar.Refused.self) { try await lab.registrar.carryOut(plan) }
      #expect(
        refused?.description.contains(
          "'/nowhere/lava-server manage devices update a --worker=w2' and "
            + "'/nowhere/lava-server manage device-tags remove a --tags usb' by hand") == true, "\(refused as Any)")
      let facts = try await lab.facts()
      #expect(facts.devices["a"]?.tags == ["usb"] && !facts.workers.contains("w2"), "nothing is half done")
    }
  }

  @Test func ownTagsAreNobodysChangeByHand() async throws {
    try await Lab.with { lab in
      try await lab.registrar.carryOut(lab.plan(file("a")))
      try await lab.connection.withSession { try LAVARows.tag("a", BoardTag.name(for: "a"), $0) }
      let plan = try await lab.plan(file("a"))
      #expect(plan.isEmpty)
    }
  }

  @Test func anUnknownRequiredColumnStopsEverythingByName() async throws {
    try await Lab.with { lab in
      for (statement, words) in [
        ("ALTER TABLE lava_scheduler_app_device ADD COLUMN rack text NOT NULL" as SQL, "has the column rack"),
        (
          "ALTER TABLE lava_scheduler_app_device DROP COLUMN rack, DROP COLUMN description" as SQL,
          "has no column description"
        ),
      ] {
        let unfit = try await lab.connection.withSession { session in
          _ = try session.execute(statement)
          let tables = try LAVATables.read(session)
          return #expect(throws: RegistrationSchema.Unfit.self) { try RegistrationSchema.check(tables) }
        }
        #expect(unfit?.description.contains("lava_scheduler_app_device \(words)") == true)
      }
    }
  }
}
