import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects LAVA's people: whatever our rows name, LAVA's own code deletes it as if we were not there, and our side says
/// what became of the work.
@Suite("Deleted by LAVA's own code", .timeLimit(.minutes(4)))
struct DeletedInLAVATests {
  @Test(arguments: ["2023.01", "2026.10"].filter { LAVACluster.root($0) != nil })
  func deleted(generation: String) async throws {
    let cluster = try await LAVACluster(generation: generation)
    try await cluster.enable()
    let connection = try await PostgresConnection.connect(cluster.configuration, logger: LAVADatabase.logger)
    let lab = TestLab(configuration: cluster.configuration, connection: connection, files: Example.shippedFiles())
    let boards = ["a-device", "b-worker", "d-job", "e-tag", "f-stays"]
    try await connection.withTransaction { session in
      try LAVARows.addDeviceType("qemu", session)
      for worker in ["rack", "gone"] { try LAVARows.addWorker(worker, session) }
      for board in boards {
        try LAVARows.addDevice(board, type: "qemu", worker: board == "b-worker" ? "gone" : "rack", session)
      }
    }
    // Without their trigger there are no pools: the board's name stands in each job, by which the script finds it.
    try await lab.change("DROP TRIGGER boardcast_pool ON lava_scheduler_app_device")
    // The first build's jobs stand in LAVA's queue, the second waits.
    let first = try await lab.send()
    let second = try await lab.send(["build_id": "18"])
    #expect(try await lab.pass().queued == boards.count)

    let folder = try TemporaryFolder()
    let words = try await cluster.manage(["shell"], generation: generation, folder: folder)
    let outcome = try await Command(words[0], Array(words.dropFirst()), input: Data(Self.script.utf8)).runAside()
    #expect(outcome.status == 0 && outcome.output.contains("all deleted"), "\(outcome.complaint.suffix(2_000))")

    // Nothing here makes the writer fail, today or later.
    for _ in 0..<3 { _ = try await lab.pass() }
    try await lab.change("UPDATE lava_scheduler_app_testjob SET state = 5, health = 1, end_time = now()")
    for _ in 0..<3 { _ = try await lab.pass() }
    let all = try await lab.assignments()
    func state(_ event: Int64, _ board: String) -> String {
      let one = all.first { $0.event == event && $0.board == board }
      return [one?.state, one?.outcome ?? one?.reason].compactMap { $0 }.joined(separator: " ")
    }
    print("DeletedInLAVATests \(generation):", all.map { "\($0.event) \($0.board) \(state($0.event, $0.board))" })
    #expect(state(first, "d-job") == "finished Deleted")
    #expect(state(second, "a-device") == "refused retired")
    #expect(["finished Complete", "finished Deleted"].contains(state(first, "a-device")))
    #expect(state(first, "f-stays") == "finished Complete")
    #expect(["queued", "finished Complete"].contains(state(second, "f-stays")), "\(state(second, "f-stays"))")
    await connection.close()
  }

  private static let script = """
    from lava_scheduler_app.models import Device, Tag, TestJob, Worker
    named = TestJob.objects.filter(definition__contains="board-d-job")
    named = named or TestJob.objects.filter(definition__contains="device: d-job")
    named.get().delete()
    Tag.objects.filter(name="board-e-tag").delete()
    Worker.objects.get(hostname="gone").delete()
    Device.objects.get(hostname="a-device").delete()
    print("all deleted")

    """
}
