import BoardInventory
import BuildEvents
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

  /// `serve` runs, with the role that may least, while LAVA is upgraded beneath it.
  @Test(.timeLimit(.minutes(6))) func serveWorksOnWithItsOwnRole() async throws {
    let cluster = try await LAVACluster(generation: "2023.01")
    let superuser = cluster.superuser.connectionString
    try await TemporaryFolder.with { settings in
      let words = ["enable", "--database", cluster.configuration.connectionString, "--config-dir", settings.path]
      let enable = words + ["--role", "boardcast", "--superuser", superuser]
      let made = try await Program.boardcast(enable)
      try #require(made.status == 0, "\(made.complaint)")
      let connection = try await PostgresConnection.connect(cluster.configuration, logger: LAVADatabase.logger)
      let boards = LabBoards(connection: connection)
      try await boards.register()
      let text = try String(contentsOfFile: settings.path + "/database", encoding: .utf8)
      let role = try PostgresConfiguration(connectionString: text.trimmingCharacters(in: .whitespacesAndNewlines))
      try await ServePlace.with(role) { place in
        let serve = try await place.serve()
        #expect(try await serve.producer.send(nanoEvent("before")).status == 202)
        try await boards.decided(["before"])

        let folder = try LabSupport.TemporaryFolder()
        let migrate = try await cluster.manage(["migrate", "--noinput"], generation: "2026.10", folder: folder)
        let outcome = try await Command(migrate[0], Array(migrate.dropFirst())).runAside()
        withExtendedLifetime(folder) {}
        #expect(outcome.status == 0, "\(outcome.complaint.suffix(2_000))")

        try await boards.finishJobs()
        for board in ["qemu-01", "qemu-02"] { try await boards.assignment("before", board, is: "finished") }
        #expect(try await serve.producer.send(nanoEvent("after")).status == 202)
        try await boards.decided(["before", "after"])
        for board in ["qemu-01", "qemu-02"] { try await boards.assignment("after", board, is: "queued") }
        let requested = try await connection.withSession { session in
          try session.query(
            "SELECT requested_device_id AS board FROM lava_scheduler_app_testjob WHERE state = 0 ORDER BY 1"
          ).map { try $0.string("board") }
        }
        #expect(requested == ["qemu-01", "qemu-02"], "the new way of asking for a board")
        try await serve.becomes("writing")
        #expect(!serve.log.contains("permission denied"), "\(serve.log)")
        #expect(try await serve.terminate() == 0)
      }
      let again = try await Program.boardcast(enable)
      #expect(again.status == 0, "\(again.output)\(again.complaint)")
      try await dumpAndRestore(cluster, boards, superuser: superuser, role: role)
      await connection.close()
    }
  }

  /// The whole database, dumped and restored under another name: Boardcast goes on there.
  private func dumpAndRestore(
    _ cluster: LAVACluster, _ boards: LabBoards, superuser: String, role: PostgresConfiguration
  ) async throws {
    let before = try await boards.ledger()
    let copied = try await Command(
      "/bin/bash",
      [
        "-ec", "-o", "pipefail",
        """
        bin=$1 host=$2 port=$3
        $bin/psql -qX -h $host -p $port -U postgres -d postgres -c 'CREATE DATABASE restored OWNER lavaserver'
        $bin/pg_dump -Fc -h $host -p $port -U postgres lavaserver |
          $bin/pg_restore --exit-on-error -h $host -p $port -U postgres -d restored
        """, "restore", TestCluster.binaries, cluster.server.folder, "\(cluster.server.port)",
      ]
    ).runAside()
    try #require(copied.status == 0, "\(copied.complaint)")
    let owner = cluster.configuration.with(database: "restored")
    let connection = try await PostgresConnection.connect(owner, logger: LAVADatabase.logger)
    let restored = LabBoards(connection: connection)
    #expect(try await restored.ledger().assignments == before.assignments)
    try await ServePlace.with(role.with(database: "restored")) { place in
      let serve = try await place.serve()
      #expect(try await serve.producer.send(nanoEvent("restored")).status == 202)
      try await restored.decided(["before", "after", "restored"])
      try await restored.finishJobs()
      for board in ["qemu-01", "qemu-02"] { try await restored.assignment("restored", board, is: "queued") }
      #expect(try await serve.terminate() == 0)
    }
    await connection.close()
  }
}
