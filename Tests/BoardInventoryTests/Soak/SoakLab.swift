import BoardInventory
import Foundation
import LabSupport
import Matcher
import PostgresClient
import Synchronization

/// A lab of a thousand boards on a server of its own, with an inventory that follows it.
final class SoakLab: Sendable {
  let cluster: LAVACluster
  let inventory: LiveInventory
  let catalogue: DeviceCatalogue
  let swaps: ChangeCount
  /// As superuser; made anew after a restart.
  let admin = Mutex<PostgresConnection?>(nil)

  private init(cluster: LAVACluster, inventory: LiveInventory, catalogue: DeviceCatalogue, swaps: ChangeCount) {
    self.cluster = cluster
    self.inventory = inventory
    self.catalogue = catalogue
    self.swaps = swaps
  }

  /// Slow reading is off: what is heard must be enough.
  static func with(_ body: (SoakLab) async throws -> Void) async throws {
    let cluster = try await LAVACluster()
    try await cluster.enable()
    let catalogue = try DeviceCatalogue(folders: [Lab.repository + "/devices"])
    let swaps = ChangeCount()
    var configuration = cluster.configuration
    configuration.applicationName = "boardcast-soak"
    let inventory = LiveInventory(
      configuration: configuration, catalogue: { catalogue }, rereading: .seconds(3600),
      logger: LAVADatabase.logger, onChange: { swaps.add() })
    let lab = SoakLab(cluster: cluster, inventory: inventory, catalogue: catalogue, swaps: swaps)
    try await lab.fill()
    let running = Task { try await inventory.run() }
    let outcome: Result<Void, any Error>
    do {
      try await eventually("the inventory follows") { inventory.problem == nil }
      outcome = .success(try await body(lab))
    } catch {
      outcome = .failure(error)
    }
    inventory.stop()
    try await running.value
    await lab.admin.withLock { $0 }?.close()
    try outcome.get()
  }

  /// Works in a transaction; again where it met a rival or the connection is gone.
  func transaction<Value: Sendable>(_ body: @Sendable (borrowing PostgresSession) throws -> Value) async throws -> Value
  {
    var attempts = 0
    while true {
      let connection = try await connection()
      do {
        return try await connection.withTransaction(.readCommitted, body)
      } catch let error as PostgresError where attempts < 100 && (error.isRetryable || !connection.isUsable) {
        attempts += 1
      }
    }
  }

  func connection() async throws -> PostgresConnection {
    if let usable = admin.withLock({ $0 }), usable.isUsable { return usable }
    var configuration = cluster.superuser
    // We give way to LAVA's own, at once.
    configuration.sessionSettings["deadlock_timeout"] = "10ms"
    let new = try await PostgresConnection.connect(configuration, logger: LAVADatabase.logger)
    let old = admin.withLock { kept in
      defer { kept = new }
      return kept
    }
    await old?.close()
    return new
  }

  /// One statement, as LAVA or a person would say it; again where it met a rival or a restart.
  func change(_ sql: SQL, _ parameters: [PostgresValue] = []) async throws {
    _ = try await transaction { try $0.execute(sql, parameters) }
  }

  private func fill() async throws {
    let all = catalogue.entries.keys.sorted()
    let types = (0..<200).map { all[$0 * all.count / 200] }
    try await connection().withTransaction { session in
      try session.execute(
        """
        INSERT INTO lava_scheduler_app_devicetype
               (name, health_frequency, disable_health_check, health_denominator, display)
        SELECT t, 24, false, 0, true FROM unnest($1::text[]) AS t
        """, [.textArray(types)])
      try session.script(
        """
        INSERT INTO lava_scheduler_app_worker (hostname, state, health, job_limit, last_ping, token)
        SELECT 'worker-' || w, 0, 0, w % 3 * 4, now(), repeat('x', 32) FROM generate_series(0, 11) AS w ON CONFLICT DO NOTHING;
        INSERT INTO lava_scheduler_app_device (hostname, device_type_id, state, health, worker_host_id, is_synced)
        SELECT format('%s-%s', t.name, b), t.name, 0, 0, 'worker-' || (row_number() OVER ()) % 12, false
          FROM lava_scheduler_app_devicetype t, generate_series(1, 5) AS b;
        INSERT INTO lava_scheduler_app_tag (name) SELECT 'tag-' || g FROM generate_series(0, 29) AS g;
        INSERT INTO lava_scheduler_app_device_tags (device_id, tag_id)
        SELECT d.hostname, t.id FROM lava_scheduler_app_device d, lava_scheduler_app_tag t
         WHERE hashtext(d.hostname || t.name) % 15 = 0;
        INSERT INTO lava_scheduler_app_alias (name, device_type_id)
        SELECT 'alias-of-' || name, name FROM lava_scheduler_app_devicetype ORDER BY name LIMIT 40;
        INSERT INTO auth_group (name) SELECT 'group-' || g FROM generate_series(0, 4) AS g;
        """)
    }
  }

  /// Waits until the live snapshot tells the same as a fresh read, while nobody can change anything.
  func agrees() async throws {
    let (inventory, catalogue, swaps) = (inventory, catalogue, swaps)
    try await transaction { session in
      try session.script(
        """
        LOCK TABLE lava_scheduler_app_device, lava_scheduler_app_worker, lava_scheduler_app_devicetype,
          lava_scheduler_app_alias, lava_scheduler_app_tag, lava_scheduler_app_device_tags IN SHARE MODE
        """)
      let fresh = try LabSnapshot.read(session, catalogue: catalogue)
      let end = ContinuousClock.now + .seconds(30)
      var compared = -1
      while ContinuousClock.now < end {
        let swap = swaps.value
        if swap != compared, inventory.current?.agrees(with: fresh) == true { return }
        compared = swap
        usleep(500)
      }
      throw NeverHappened(description: Self.difference(inventory.current, fresh))
    }
  }

  private static func difference(_ live: LabSnapshot?, _ fresh: LabSnapshot) -> String {
    guard let live else { return "there is no snapshot" }
    let names = Set(live.boards.map(\.board.hostname)).union(fresh.boards.map(\.board.hostname)).sorted()
    let wrong = names.filter { live.board(named: $0) != fresh.board(named: $0) }
    return "MISMATCH in \(wrong.count) boards, types \(live.deviceTypes == fresh.deviceTypes ? "equal" : "differ"); "
      + wrong.prefix(2).map { "live \(live.board(named: $0) as Any), fresh \(fresh.board(named: $0) as Any)" }
      .joined(separator: "; ")
  }
}
