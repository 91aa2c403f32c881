import BoardInventory
import Foundation
import LabSupport
import PostgresClient
import Testing

/// Protects the lab's next upgrade: LAVA 2026.10's own migrations pass over a database of 2023.01 with Boardcast enabled,
/// and the triggers go on speaking after it.
@Suite(
  "LAVA upgraded from 2023.01 to 2026.10 with Boardcast enabled",
  .enabled(if: LAVACluster.root("2023.01") != nil && LAVACluster.root("2026.10") != nil))
struct UpgradeTests {
  @Test(.timeLimit(.minutes(5))) func itPassesAndTheSnapshotFollowsOn() async throws {
    let cluster = try await LAVACluster(generation: "2023.01")
    try await cluster.enable()
    let connection = try await PostgresConnection.connect(cluster.configuration, logger: LAVADatabase.logger)
    try await connection.withTransaction { session in
      try LAVARows.addDeviceType("qemu", session)
      try LAVARows.addWorker("rack", jobLimit: 1, session)
      for name in ["a", "b"] { try LAVARows.addDevice(name, type: "qemu", worker: "rack", session) }
      try LAVARows.tag("a", "big", session)
    }
    let inventory = LiveInventory(
      configuration: cluster.configuration, catalogue: { DeviceCatalogue([]) }, rereading: .seconds(3600),
      logger: LAVADatabase.logger)
    let running = Task { try await inventory.run() }
    try await eventually("the inventory follows") { inventory.problem == nil }
    #expect(
      try await !connection.withSession { try LAVATables.read($0) }.has("metadata", in: "lava_scheduler_app_testjob"))

    let folder = try LabSupport.TemporaryFolder()
    let words = try await cluster.manage(["migrate", "--noinput"], generation: "2026.10", folder: folder)
    let begun = ContinuousClock.now
    let outcome = try await Command(words[0], Array(words.dropFirst())).runAside()
    withExtendedLifetime(folder) {}
    print("LAVA's migrations from 2023.01 to 2026.10 took \(begun.duration(to: .now))")
    #expect(outcome.status == 0, "\(outcome.complaint.suffix(2_000))")
    #expect(outcome.output.contains("Applying lava_scheduler_app"))

    #expect(
      try await connection.withSession { try LAVATables.read($0) }.has("metadata", in: "lava_scheduler_app_testjob"))
    #expect(try await connection.withSession { try InventoryTriggers.missing($0) } == [])
    for change: SQL in [
      "UPDATE lava_scheduler_app_device SET state = 2 WHERE hostname = 'a'",
      "UPDATE lava_scheduler_app_worker SET job_limit = 3",
      "UPDATE lava_scheduler_app_tag SET name = repeat('long', 20)",
      "UPDATE lava_scheduler_app_devicetype SET display = false",
      "INSERT INTO lava_scheduler_app_alias (name, device_type_id) VALUES ('kvm', 'qemu')",
      "DELETE FROM lava_scheduler_app_device_tags",
      "DELETE FROM lava_scheduler_app_device WHERE hostname = 'b'",
    ] {
      _ = try await connection.withTransaction { try $0.execute(change) }
      let fresh = try await connection.withTransaction(.repeatableRead, readOnly: true) {
        try LabSnapshot.read($0, catalogue: DeviceCatalogue([]))
      }
      try await eventually("the snapshot is as a fresh read") { inventory.current?.agrees(with: fresh) == true }
    }
    inventory.stop()
    try await running.value
    await connection.close()
  }
}
