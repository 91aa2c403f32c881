import BoardInventory
import LabSupport
import Matcher
import PostgresClient
import TestRandom
import Testing

/// Protects every decision: what is decided on is the lab as it is. Right means equal to a fresh read.
@Suite("The snapshot follows LAVA")
struct LiveInventoryTests {
  private static func fill(_ session: borrowing PostgresSession) throws {
    for type in ["qemu", "kiwi", "bbb"] { try LAVARows.addDeviceType(type, session) }
    for worker in ["w1", "w2"] { try LAVARows.addWorker(worker, jobLimit: 1, session) }
    for number in 1...12 {
      let type = ["qemu", "kiwi", "bbb"][number % 3]
      let worker = number % 3 == 0 ? nil : "w\(number % 2 + 1)"
      try LAVARows.addDevice("d\(number)", type: type, worker: worker, session)
      try LAVARows.tag("d\(number)", "t\(number % 4)", session)
    }
  }

  /// One change of each kind LAVA or a person makes; the number `$1` picks the rows and the values.
  private static let changes: [SQL] = [
    "UPDATE lava_scheduler_app_device SET state = $1::int % 3 WHERE hostname = 'd' || ($1::int % 12 + 1)",
    "UPDATE lava_scheduler_app_device SET health = $1::int % 6 WHERE hostname = 'd' || ($1::int % 12 + 1)",
    """
    UPDATE lava_scheduler_app_device SET worker_host_id = 'w' || ($1::int % 2 + 1)
     WHERE hostname = 'd' || ($1::int / 2 % 12 + 1)
    """,
    "UPDATE lava_scheduler_app_device SET worker_host_id = NULL WHERE hostname = 'd' || ($1::int % 12 + 1)",
    """
    UPDATE lava_scheduler_app_device SET device_type_id = 'kiwi', description = 'x' || $1::int
     WHERE hostname = 'd' || ($1::int % 12 + 1)
    """,
    "UPDATE lava_scheduler_app_worker SET state = $1::int % 2 WHERE hostname = 'w' || ($1::int / 2 % 2 + 1)",
    "UPDATE lava_scheduler_app_worker SET health = $1::int % 3, job_limit = $1::int % 4",
    "DELETE FROM lava_scheduler_app_device_tags WHERE device_id = 'd' || ($1::int % 12 + 1)",
    """
    INSERT INTO lava_scheduler_app_device_tags (device_id, tag_id)
    SELECT 'd' || ($1::int % 12 + 1), id FROM lava_scheduler_app_tag ON CONFLICT DO NOTHING
    """,
    "UPDATE lava_scheduler_app_tag SET name = left(name, 20) || id || $1::int % 10 WHERE id % 4 = $1::int % 4",
    "INSERT INTO lava_scheduler_app_alias VALUES ('a' || $1::int, 'qemu') ON CONFLICT DO NOTHING",
    """
    UPDATE lava_scheduler_app_alias SET device_type_id = CASE WHEN device_type_id = 'bbb' THEN NULL ELSE 'bbb' END
     WHERE $1::int > 0
    """,
    "DELETE FROM lava_scheduler_app_alias WHERE name < 'a' || $1::int",
    "UPDATE lava_scheduler_app_devicetype SET display = NOT display WHERE name < 'l' AND $1::int > 0",
    """
    INSERT INTO lava_scheduler_app_device (hostname, device_type_id, state, health, worker_host_id, is_synced)
    VALUES ('new-' || $1::int % 5, 'bbb', 1, 0, 'w2', true) ON CONFLICT DO NOTHING
    """,
    "DELETE FROM lava_scheduler_app_device WHERE hostname = 'new-' || $1::int % 5",
    "UPDATE lava_scheduler_app_device SET state = $1::int % 3",
    """
    INSERT INTO lava_scheduler_app_device (hostname, device_type_id, state, health, worker_host_id, is_synced)
    SELECT 'bulk-' || g, 'qemu', 0, 0, 'w1', false FROM generate_series(1, 100 + $1::int) g ON CONFLICT DO NOTHING
    """,
    "DELETE FROM lava_scheduler_app_device WHERE hostname LIKE 'bulk-%' AND $1::int >= 0",
    """
    INSERT INTO lava_scheduler_app_devicetype
           (name, health_frequency, disable_health_check, health_denominator, display)
    VALUES ('type-' || $1::int % 3, 24, false, 0, true) ON CONFLICT DO NOTHING
    """,
    "DELETE FROM lava_scheduler_app_devicetype WHERE name = 'type-' || $1::int % 3",
  ]

  @Test("After each of many changes of every kind the snapshot becomes what a fresh read finds", arguments: [1, 2])
  func random(_ seed: Int) async throws {
    try await LiveLab.with { lab in
      try await lab.fill(Self.fill)
      var generator = SeededRandom(seed: UInt64(seed))
      for step in 1...150 {
        let kind = Int.random(in: 0..<Self.changes.count, using: &generator)
        let number = Int.random(in: 0..<100, using: &generator)
        try await lab.change(Self.changes[kind], [PostgresValue(number)])
        // Sometimes several at once, so that they are read together.
        if step % 3 != 0 { try await lab.agrees("change \(kind) in step \(step) of seed \(seed)") }
      }
      try await lab.agrees("the end of seed \(seed)")
    }
  }

  @Test("Two boards on a worker with room for one: one turning busy makes the other wait, and free again")
  func workerFull() async throws {
    try await LiveLab.with { lab in
      try await lab.fill(Self.fill)
      try await lab.agrees("filling")
      try await lab.change("UPDATE lava_scheduler_app_device SET state = 2 WHERE hostname = 'd1'")
      try await eventually("d5 waits for its worker") {
        lab.inventory.current?.board(named: "d5")?.board.availability.facts == [.workerFull(worker: "w2", limit: 1)]
      }
      try await lab.change("UPDATE lava_scheduler_app_device SET state = 0 WHERE hostname = 'd1'")
      try await eventually("d5 is ready") {
        lab.inventory.current?.board(named: "d5")?.board.availability.kind == .ready
      }
    }
  }

  @Test(
    "A listener whose connection is killed again and again while things change heals, and says when it is not heard")
  func killed() async throws {
    try await LiveLab.with { lab in
      try await lab.fill(Self.fill)
      for round in 1...10 {
        try await lab.change("UPDATE lava_scheduler_app_device SET health = $1", [PostgresValue(round % 6)])
        // Both connections, the one that listens and the one that reads.
        try await lab.change(
          """
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
          """)
        try await lab.change(
          "UPDATE lava_scheduler_app_device SET state = $1 WHERE hostname = 'd1'", [PostgresValue(round % 3)])
        try await lab.agrees("killing, round \(round)")
      }
      try await eventually("the inventory follows again") { lab.inventory.problem == nil }
    }
  }

  @Test("A trigger dropped by hand is noticed by the slow reading, which heals the snapshot; put back, all is well")
  func dropped() async throws {
    try await LiveLab.with(rereading: .milliseconds(300)) { lab in
      try await lab.fill(Self.fill)
      try await lab.change("ALTER TABLE lava_scheduler_app_device DISABLE TRIGGER boardcast_updated")
      try await lab.change("DROP TRIGGER boardcast_updated ON lava_scheduler_app_worker")
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 3")
      try await lab.agrees("a change nobody told of")
      try await eventually("the missing trigger is said") {
        lab.inventory.problem?.contains("boardcast_updated on device and 1 more is missing") == true
      }
      #expect(lab.inventory.snapshot(within: .seconds(60)) == nil)
      try await lab.change("ALTER TABLE lava_scheduler_app_device ENABLE TRIGGER boardcast_updated")
      try await lab.change(
        """
        CREATE TRIGGER boardcast_updated AFTER UPDATE ON lava_scheduler_app_worker
        REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION boardcast.inventory_changed('worker', 'hostname', 'last_ping')
        """)
      try await eventually("all is well") { lab.inventory.problem == nil }
    }
  }

  @Test("Who waits for the snapshot to catch up finds in it what was committed before")
  func catchesUp() async throws {
    try await LiveLab.with { lab in
      try await lab.fill(Self.fill)
      var sure = 0
      for round in 1...40 {
        try await lab.change(
          "UPDATE lava_scheduler_app_device SET description = $1 WHERE hostname = 'd1'", [.text("\(round)")])
        guard try await lab.inventory.catchUp(on: lab.connection, within: .seconds(5)) else { continue }
        sure += 1
        #expect(lab.inventory.current?.board(named: "d1")?.description == "\(round)")
      }
      #expect(sure == 40)
      lab.inventory.stop()
      try await eventually("it stopped") { !lab.inventory.isConnected }
      #expect(try await !lab.inventory.catchUp(on: lab.connection))
    }
  }

  @Test("A snapshot older than the limit is not given out")
  func limit() async throws {
    try await LiveLab.with { lab in
      #expect(lab.inventory.snapshot(within: .seconds(60)) != nil)
      #expect(lab.inventory.snapshot(within: .zero) == nil)
      let age = try #require(lab.inventory.age)
      #expect(age < .seconds(60))
    }
  }

  @Test("Stopped before it started, twice: it ends at once, and says that it knows nothing")
  func stopped() async throws {
    try await LAVADatabase.with { configuration in
      let inventory = LiveInventory(
        configuration: configuration, catalogue: { DeviceCatalogue([]) }, logger: LAVADatabase.logger)
      inventory.stop()
      inventory.stop()
      try await inventory.run()
      #expect(inventory.current == nil)
      #expect(inventory.problem != nil)
    }
  }
}
