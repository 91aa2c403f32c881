import BoardInventory
import LabSupport
import Logging
import PostgresClient
import Synchronization
import Testing

/// Protects LAVA from us: a trigger on its tables never fails its statements, never stops its migrations, and keeps quiet
/// about what does not matter.
@Suite("Triggers that do no harm")
struct TriggerTests {
  /// A clone with a few rows, and everything the triggers say, in order; `done` waits until a mark of its own arrives.
  private struct Ear: Sendable {
    let connection: PostgresConnection
    let heard: Heard

    final class Heard: Sendable {
      let payloads = Mutex<[String]>([])
      let isConnected = Mutex(false)
    }

    static func with(_ body: (Ear) async throws -> Void) async throws {
      try await LAVADatabase.with { configuration in
        let connection = try await PostgresConnection.connect(configuration, logger: LAVADatabase.logger)
        try await connection.withTransaction { session in
          try LAVARows.addDeviceType("qemu", session)
          try LAVARows.addWorker("w", session)
          for name in ["a", "b"] { try LAVARows.addDevice(name, type: "qemu", worker: "w", session) }
          try LAVARows.tag("a", "big", session)
        }
        let heard = Heard()
        let listener = try PostgresListener(
          configuration: configuration, channels: [LiveInventory.channel], logger: LAVADatabase.logger
        ) { event in
          switch event {
          case .connected: heard.isConnected.withLock { $0 = true }
          case .notification(_, let payload, _): heard.payloads.withLock { $0.append(payload) }
          case .disconnected: break
          }
        }
        async let listening: Void = listener.run()
        try await eventually("listening") { heard.isConnected.withLock { $0 } }
        let outcome: Result<Void, any Error>
        do {
          outcome = .success(try await body(Ear(connection: connection, heard: heard)))
        } catch {
          outcome = .failure(error)
        }
        listener.stop()
        await listening
        await connection.close()
        try outcome.get()
      }
    }

    /// Expects that a script of LAVA's makes the triggers say this.
    func expect(_ sql: SQL, _ payloads: [String], at place: SourceLocation = #_sourceLocation) async throws {
      let said = try await says(sql)
      #expect(said == payloads, sourceLocation: place)
    }

    /// What a script of LAVA's makes the triggers say. Must not throw: that would be LAVA's own statement failing.
    func says(_ sql: SQL) async throws -> [String] {
      heard.payloads.withLock { $0 = [] }
      try await connection.withTransaction { try $0.script(sql) }
      try await connection.withSession { try $0.script("NOTIFY boardcast_inventory, 'mark'") }
      try await eventually("the mark") { heard.payloads.withLock { $0.last == "mark" } }
      return heard.payloads.withLock { Array($0.dropLast()).sorted() }
    }
  }

  @Test("Worker pings, whole-row saves and health-check bookkeeping that change nothing relevant say nothing")
  func quiet() async throws {
    try await Ear.with { ear in
      try await ear.expect(
        """
        UPDATE lava_scheduler_app_worker SET last_ping = now() + interval '1 s', version = '2023.01', token = 'y',
          state = state, health = health, job_limit = job_limit, description = 'x';
        UPDATE lava_scheduler_app_device SET state = state, health = health, worker_host_id = worker_host_id,
          device_version = '7', last_health_report_job_id = NULL;
        UPDATE lava_scheduler_app_tag SET description = 'new words';
        UPDATE lava_scheduler_app_devicetype SET description = 'new words';
        DELETE FROM lava_scheduler_app_device WHERE hostname = 'nobody'
        """, [])
    }
  }

  @Test("Each change says the key of its row, once; a moved key says both")
  func keys() async throws {
    try await Ear.with { ear in
      try await ear.expect(
        """
        UPDATE lava_scheduler_app_device SET state = 1 WHERE hostname = 'a';
        UPDATE lava_scheduler_app_device SET state = 2 WHERE hostname = 'a';
        UPDATE lava_scheduler_app_worker SET job_limit = 9 WHERE hostname = 'w'
        """, ["device:a", "worker:w"])
      try await ear.expect("UPDATE lava_scheduler_app_device_tags SET device_id = 'b'", ["device:a", "device:b"])
      let renamed = try await ear.says("UPDATE lava_scheduler_app_tag SET name = 'bigger'")
      #expect(renamed.count == 1 && renamed.allSatisfy { $0.hasPrefix("tag:") })
      try await ear.expect("INSERT INTO lava_scheduler_app_alias VALUES ('kvm', 'qemu')", ["type:qemu"])
      try await ear.expect("UPDATE lava_scheduler_app_alias SET device_type_id = NULL", ["all"])
      try await ear.expect("TRUNCATE lava_scheduler_app_alias", ["all"])
    }
  }

  @Test("Many rows in one statement say 'all' once, whether they are hundreds or too many to compare")
  func bulk() async throws {
    try await Ear.with { ear in
      for rows: SQL in ["300", "3000"] {
        try await ear.expect(
          """
          INSERT INTO lava_scheduler_app_device (hostname, device_type_id, state, health, is_synced)
          SELECT 'bulk-' || g, 'qemu', 0, 0, false FROM generate_series(1,
          """ + rows + ") g", ["all"])
        try await ear.expect("UPDATE lava_scheduler_app_device SET health = health + 1", ["all"])
        try await ear.expect("DELETE FROM lava_scheduler_app_device WHERE hostname LIKE 'bulk%'", ["all"])
      }
    }
  }

  @Test("A key too long to notify, and a key column that is gone, fail nothing and say 'all'")
  func swallowed() async throws {
    try await Ear.with { ear in
      _ = try await ear.says(
        """
        ALTER TABLE lava_scheduler_app_device_tags ALTER COLUMN device_id TYPE text;
        ALTER TABLE lava_scheduler_app_device ALTER COLUMN hostname TYPE text
        """)
      try await ear.expect(
        """
        INSERT INTO lava_scheduler_app_device (hostname, device_type_id, state, health, is_synced)
        VALUES (repeat('long', 3000), 'qemu', 0, 0, false)
        """, ["all"])
      _ = try await ear.says("ALTER TABLE lava_scheduler_app_worker RENAME COLUMN hostname TO name")
      try await ear.expect("UPDATE lava_scheduler_app_worker SET job_limit = 3", ["all"])
    }
  }

  @Test("With notifying itself broken LAVA's statements still succeed")
  func broken() async throws {
    try await Ear.with { ear in
      // What the function calls is taken away: it finds neither the function nor another way to say it.
      try await ear.connection.withTransaction { session in
        try session.script(
          """
          CREATE SCHEMA elsewhere;
          CREATE FUNCTION elsewhere.fail(text, text) RETURNS void LANGUAGE plpgsql AS
            'BEGIN RAISE EXCEPTION ''broken''; END';
          ALTER FUNCTION boardcast.inventory_changed() SET search_path = elsewhere
          """)
        let source = try session.query("SELECT pg_get_functiondef('boardcast.inventory_changed'::regproc) AS text").only
        {
          try $0.string("text")
        }
        _ = try session.execute("SELECT set_config('boardcast.source', $1, true)", [.text(source)])
        try session.script(
          """
          DO $do$ BEGIN
            EXECUTE replace(current_setting('boardcast.source'), 'PERFORM pg_notify', 'PERFORM elsewhere.fail');
          END $do$
          """)
      }
      try await ear.expect("UPDATE lava_scheduler_app_device SET state = 2", [])
      let states = try await ear.connection.withSession { session in
        try session.query("SELECT state FROM lava_scheduler_app_device").map { try $0.int("state") }
      }
      #expect(states == [2, 2])
    }
  }

  @Test(
    "LAVA's later migrations pass: column types altered, columns dropped and added, tables renamed, and it still works")
  func migrations() async throws {
    try await Ear.with { ear in
      _ = try await ear.says("UPDATE lava_scheduler_app_device SET state = 1 WHERE hostname = 'a'")
      _ = try await ear.says(
        """
        ALTER TABLE lava_scheduler_app_tag ALTER COLUMN name TYPE varchar(100);
        ALTER TABLE lava_scheduler_app_tag DROP COLUMN description CASCADE;
        ALTER TABLE lava_scheduler_app_worker DROP COLUMN IF EXISTS master_version_notified CASCADE;
        ALTER TABLE lava_scheduler_app_device DROP COLUMN device_version CASCADE;
        ALTER TABLE lava_scheduler_app_device ALTER COLUMN description TYPE varchar(999);
        ALTER TABLE lava_scheduler_app_device ALTER COLUMN state TYPE bigint;
        ALTER TABLE lava_scheduler_app_device RENAME COLUMN is_synced TO belongs_to_sync;
        ALTER TABLE lava_scheduler_app_devicetype RENAME COLUMN cpu_model TO processor_model;
        ALTER TABLE lava_scheduler_app_device ADD COLUMN shelf integer DEFAULT 3 NOT NULL;
        ALTER TABLE lava_scheduler_app_devicetype ALTER COLUMN name TYPE varchar(60)
        """)
      try await ear.expect("UPDATE lava_scheduler_app_device SET state = 2 WHERE hostname = 'a'", ["device:a"])
      try await ear.expect("UPDATE lava_scheduler_app_device SET shelf = 4 WHERE hostname = 'b'", ["device:b"])
      #expect(try await ear.says("UPDATE lava_scheduler_app_tag SET name = repeat('x', 99)").count == 1)
      try await ear.expect("DROP SCHEMA boardcast CASCADE; UPDATE lava_scheduler_app_device SET state = 0", [])
    }
  }

  @Test("What the triggers cost LAVA's own update of a device (printed, not judged)")
  func cost() async throws {
    try await Ear.with { ear in
      func measure() async throws -> Duration {
        try await ear.connection.withSession { session in
          let begun = ContinuousClock.now
          for turn in 0..<400 {
            _ = try session.execute(
              "UPDATE lava_scheduler_app_device SET state = $1 WHERE hostname = 'a'", [PostgresValue(turn % 2)])
          }
          return begun.duration(to: .now)
        }
      }
      func switchTriggers(_ sql: SQL) async throws {
        _ = try await ear.connection.withTransaction { try $0.execute(sql) }
      }
      _ = try await measure()
      var with: [Duration] = []
      var without: [Duration] = []
      for _ in 1...5 {
        with.append(try await measure())
        try await switchTriggers("ALTER TABLE lava_scheduler_app_device DISABLE TRIGGER boardcast_updated")
        without.append(try await measure())
        try await switchTriggers("ALTER TABLE lava_scheduler_app_device ENABLE TRIGGER boardcast_updated")
      }
      let (slow, fast) = (with.sorted()[2] / 400, without.sorted()[2] / 400)
      print("UPDATE device SET state: with triggers \(slow), without \(fast), ratio \(slow / fast)")
    }
  }
}
