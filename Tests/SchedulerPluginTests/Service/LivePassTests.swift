import BoardInventory
import BuildEvents
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects boards and builds from a snapshot that is a moment behind LAVA: what is written is checked against the tables.
@Suite("Deciding on the snapshot that follows LAVA")
struct LivePassTests {
  /// A lab with an inventory that follows it.
  private struct Followed: Sendable {
    let lab: TestLab
    let inventory: LiveInventory

    static func with(
      boards: [String], wake: WakeSignal = WakeSignal(), coalescing: Duration = .milliseconds(30),
      _ body: (Followed) async throws -> Void
    ) async throws {
      try await TestLab.with(boards: boards) { lab in
        let catalogue = lab.files.catalogue
        let inventory = LiveInventory(
          configuration: lab.configuration, catalogue: { catalogue }, coalescing: coalescing,
          rereading: .seconds(600), logger: LAVADatabase.logger, onChange: { wake.signal() })
        let running = Task { try await inventory.run() }
        #expect(await eventually { inventory.problem == nil })
        let outcome: Result<Void, any Error>
        do {
          outcome = .success(try await body(Followed(lab: lab, inventory: inventory)))
        } catch {
          outcome = .failure(error)
        }
        inventory.stop()
        try await running.value
        try outcome.get()
      }
    }
  }

  @Test("A board that went away unheard gets no job: its assignment waits with the reason, and goes on later")
  func wentAway() async throws {
    try await Followed.with(boards: ["q1", "q2", "q3"]) { followed in
      let lab = followed.lab
      try await lab.change("ALTER TABLE lava_scheduler_app_device DISABLE TRIGGER boardcast_updated")
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 4 WHERE hostname = 'q1'")
      try await lab.change("UPDATE lava_scheduler_app_device SET worker_host_id = NULL WHERE hostname = 'q2'")
      #expect(followed.inventory.current?.board(named: "q1")?.health == "Good")
      try await lab.send()
      #expect(try await lab.pass(inventory: followed.inventory).queued == 1)
      #expect(try await lab.assignments().map(\.state) == ["waiting", "waiting", "queued"])
      #expect(try await lab.assignments().map(\.reason) == ["maintenance", "offline", nil])
      try await lab.change("ALTER TABLE lava_scheduler_app_device ENABLE TRIGGER boardcast_updated")
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 1 WHERE hostname = 'q1'")
      #expect(await eventually { followed.inventory.current?.board(named: "q1")?.health == "Unknown" })
      #expect(try await lab.pass(inventory: followed.inventory).queued == 1)
      #expect(try await lab.jobCount() == 2)
    }
  }

  @Test("A board the snapshot has not heard of yet is not given up")
  func cameUnheard() async throws {
    try await Followed.with(boards: ["q1"]) { followed in
      let lab = followed.lab
      try await lab.change("ALTER TABLE lava_scheduler_app_device DISABLE TRIGGER boardcast_inserted")
      try await lab.change("ALTER TABLE lava_scheduler_app_device DISABLE TRIGGER boardcast_updated")
      try await lab.change("ALTER TABLE lava_scheduler_app_device_tags DISABLE TRIGGER boardcast_inserted")
      try await lab.change("ALTER TABLE lava_scheduler_app_tag DISABLE TRIGGER boardcast_inserted")
      try await lab.connection.withTransaction {
        try LAVARows.addDevice("q2", type: "qemu", health: 4, worker: "worker-1", $0)
      }
      try await lab.send()
      #expect(try await lab.pass().queued == 1)
      #expect(followed.inventory.problem == nil)
      #expect(followed.inventory.current?.board(named: "q2") == nil)
      try await lab.pass(inventory: followed.inventory)
      #expect(try await lab.assignments().map(\.state) == ["queued", "waiting"])
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 0")
      #expect(try await lab.pass().queued == 1)
    }
  }

  @Test(
    "A board that was there before the event gets its job, also when the snapshot is slower", arguments: [50, 1_000])
  func justBefore(_ coalescing: Int) async throws {
    try await Followed.with(boards: ["q0"], coalescing: .milliseconds(coalescing)) { followed in
      let lab = followed.lab
      for round in 1...5 {
        try await lab.connection.withTransaction {
          try LAVARows.addDevice("q\(round)", type: "qemu", worker: "worker-1", $0)
        }
        let event = try await lab.send(["build_id": .string("n-\(round)")])
        try await lab.pass(inventory: followed.inventory)
        #expect(try await lab.assignments().filter { $0.event == event }.count == round + 1)
      }
    }
  }

  @Test("The lab is read afresh while the snapshot is behind")
  func behind() async throws {
    try await TestLab.with(boards: ["q1"]) { lab in
      let files = lab.files
      let never = LiveInventory(
        configuration: lab.configuration, catalogue: { files.catalogue }, logger: LAVADatabase.logger)
      try await lab.send()
      #expect(try await lab.pass(inventory: never).queued == 1)
    }
  }

  @Test("A board that comes back wakes the writer, long before its timer would")
  func wakes() async throws {
    let wake = WakeSignal()
    try await Followed.with(boards: ["q1"], wake: wake) { followed in
      let lab = followed.lab
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 4")
      try await lab.send()
      let root = Lab.repository
      let book = LabFilesBook(
        folders: LabFolders(devices: [root + "/devices"], templates: [root + "/templates"], rules: [root + "/rules"]))
      let writer = WriterService(
        configuration: lab.configuration, book: book, wake: wake, status: WriterStatus(),
        inventory: followed.inventory, tick: .seconds(600), logger: LAVADatabase.logger)
      let running = Task { try await writer.run() }
      #expect(try await eventually { try await lab.assignments().map(\.reason) == ["maintenance"] })
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 0")
      #expect(try await eventually { try await lab.assignments().map(\.state) == ["queued"] })
      wake.finish()
      try await running.value
    }
  }

  @Test("Whoever watches sees how old the inventory is, and why it is behind")
  func shown() async throws {
    try await Followed.with(boards: ["q1"]) { followed in
      let live = followed.inventory.json
      #expect(live["state"] == "live")
      #expect(live["boards"] == 1)
      #expect(live["age_seconds"] != nil && live["age_seconds"] != .null)
      followed.inventory.stop()
      _ = await eventually { !followed.inventory.isConnected }
      let behind = followed.inventory.json
      #expect(behind["state"] == "behind")
      #expect(behind["problem"]?.stringValue?.contains("not connected") == true)
    }
  }
}
