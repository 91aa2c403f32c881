import BoardInventory
import LabSupport
import Matcher
import PostgresClient
import Testing

/// Protects what is read of LAVA's tables, on LAVA's real tables.
@Suite("The lab as LAVA's tables have it")
struct SnapshotTests {
  private static let catalogue = DeviceCatalogue([
    DeviceTypeEntry(
      deviceType: "qemu", capabilities: Capabilities(bootMethods: .known([BootMethod(normalizing: "qemu")].asSet)),
      sources: [:], file: "f")
  ])

  /// Fills a clone, reads it.
  private func read(_ fill: @escaping @Sendable (borrowing PostgresSession) throws -> Void) async throws -> LabSnapshot
  {
    try await LAVADatabase.with(migrated: false) { configuration in
      let connection = try await PostgresConnection.connect(configuration, logger: LAVADatabase.logger)
      let lab = try await connection.withTransaction { session in
        try fill(session)
        return try LabSnapshot.read(session, catalogue: Self.catalogue)
      }
      await connection.close()
      return lab
    }
  }

  @Test("Tags, aliases, description, worker and the sync flag are read; a type nobody described is unknown")
  func everything() async throws {
    let lab = try await read { session in
      try LAVARows.addDeviceType("qemu", session)
      try LAVARows.addDeviceType("kiwi", session)
      try LAVARows.addWorker("w1", state: 1, health: 1, jobLimit: 3, session)
      try LAVARows.addDevice(
        "b", type: "qemu", state: 2, worker: "w1", description: "on the shelf", isSynced: true, session)
      try LAVARows.addDevice("a", type: "kiwi", worker: nil, session)
      try LAVARows.tag("b", "Big", session)
      try LAVARows.tag("b", "big", session)
      _ = try session.execute(
        """
        INSERT INTO lava_scheduler_app_alias (name, device_type_id)
        VALUES ('virt', 'qemu'), ('kvm', 'qemu'), ('nobody', NULL)
        """)
    }
    #expect(lab.boards.map(\.board.hostname) == ["a", "b"])
    #expect(lab.deviceTypes == ["kiwi", "qemu"])
    let (kiwi, qemu) = (try #require(lab.board(named: "a")), try #require(lab.board(named: "b")))
    #expect(qemu.board.tags == ["Big", "big"])
    #expect(qemu.board.aliases == ["kvm", "virt"])
    #expect(qemu.board.capabilities.isDescribed)
    #expect(qemu.description == "on the shelf")
    #expect(qemu.isSynced)
    #expect(qemu.row.worker == LabWorker(hostname: "w1", state: 1, health: 1, jobLimit: 3, busyDevices: 1))
    #expect(qemu.row.worker?.words == "Offline, Maintenance")
    #expect((qemu.state, qemu.health) == ("Running", "Good"))
    #expect(!kiwi.board.capabilities.isDescribed)
    #expect(kiwi.board.tags.isEmpty)
    #expect(kiwi.board.aliases.isEmpty)
    #expect(kiwi.description == "")
    #expect(!kiwi.isSynced)
    #expect(kiwi.row.worker == nil)
    #expect(lab.board(named: "c") == nil)
    #expect(lab.takenAt > 1_700_000_000)
  }

  @Test("An empty lab is a lab")
  func empty() async throws {
    let lab = try await read { _ in }
    #expect(lab.boards.isEmpty)
    #expect(lab.board(named: "a") == nil)
  }

  @Test("A database without one of LAVA's tables is refused by the name of the table")
  func notLAVA() async throws {
    await #expect(throws: NotALAVADatabase(missing: ["lava_scheduler_app_device_tags"])) {
      _ = try await read { try $0.script("DROP TABLE lava_scheduler_app_device_tags") }
    }
    await #expect(throws: NotALAVADatabase(missing: LAVATables.needed)) {
      _ = try await read { try $0.script("DROP OWNED BY CURRENT_USER CASCADE") }
    }
    #expect(
      NotALAVADatabase(missing: ["x", "y"]).description.contains("it lacks the table x and 1 more"))
  }

  @Test("A view in a table's place is not the table: nothing could be added to it")
  func view() async throws {
    await #expect(throws: NotALAVADatabase(missing: ["lava_scheduler_app_alias"])) {
      _ = try await read {
        try $0.script(
          """
          ALTER TABLE lava_scheduler_app_alias RENAME TO other;
          CREATE VIEW lava_scheduler_app_alias AS SELECT * FROM other
          """)
      }
    }
  }

  @Test("Columns are told apart: required, filled by the database, and neither")
  func columns() async throws {
    try await LAVADatabase.with(migrated: false) { configuration in
      let connection = try await PostgresConnection.connect(configuration, logger: LAVADatabase.logger)
      let tables = try await connection.withTransaction { session in
        try session.script(
          """
          ALTER TABLE lava_scheduler_app_alias ADD COLUMN strange integer NOT NULL, ADD COLUMN filled text DEFAULT 'x',
            ADD COLUMN gone integer;
          ALTER TABLE lava_scheduler_app_alias DROP COLUMN gone
          """)
        return try LAVATables.read(session)
      }
      let columns = try #require(tables.columns["lava_scheduler_app_alias"])
      #expect(columns.map(\.name) == ["name", "device_type_id", "strange", "filled"])
      #expect(columns.map(\.isRequired) == [true, false, true, false])
      #expect(columns.map(\.hasDefault) == [false, false, false, true])
      #expect(tables.columns["lava_scheduler_app_testjob"]?.first { $0.name == "id" }?.hasDefault == true)
      #expect(tables.has("strange", in: "lava_scheduler_app_alias"))
      #expect(!tables.has("gone", in: "lava_scheduler_app_alias"))
      #expect(!tables.has("x", in: "no_such_table"))
      await connection.close()
    }
  }
}

extension Array where Element == BootMethod? {
  fileprivate var asSet: Set<BootMethod> { Set(compactMap { $0 }) }
}
