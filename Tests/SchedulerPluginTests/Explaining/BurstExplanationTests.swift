import BoardInventory
import BuildEvents
import LabSupport
import Matcher
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects the answer after a mainline-sized burst: 66 builds for 850 boards of 120 types, and for each build every
/// board of the lab has its job or its reason, at once and later.
@Suite("Explaining a burst", .timeLimit(.minutes(5)))
struct BurstExplanationTests {
  private static let (builds, boards, types) = (66, 850, 120)

  private func files() throws -> LabFiles {
    var texts = ["templates/t.yaml": Example.job()]
    for type in 0..<Self.types {
      texts["devices/k-\(type).yaml"] =
        "device_type: k-\(type)\narchitectures: [x86_64]\nimage_families: [nano]\nboot_methods: [qemu]\n"
    }
    let folder = try TemporaryFolder(texts)
    let read = LabFiles.read(
      LabFolders(devices: [folder.path + "/devices"], templates: [folder.path + "/templates"], rules: []), compiled: [])
    return LabFiles(
      catalogue: read.catalogue, templates: read.templates,
      rules: [try Example.rule("rule: r\nwhen: {image_family: nano}\nhow: {template: t}\n")], mistakes: [])
  }

  @Test("Every board answers for every build, by its job, its place in the queue, or why the build is not for it")
  func burst() async throws {
    try await TestLab.with(boards: [], files: files()) { lab in
      try await lab.connection.withTransaction { session in
        for type in 0..<Self.types { try LAVARows.addDeviceType("k-\(type)", session) }
      }
      try await lab.change(
        """
        INSERT INTO lava_scheduler_app_device (hostname, device_type_id, state, health, worker_host_id, is_synced)
        SELECT 'b' || g, 'k-' || g % $2::int, 0, 0, 'worker-1', false FROM generate_series(0, $1::int - 1) AS g
        """, [PostgresValue(Self.boards), PostgresValue(Self.types)])
      var ids: [Int64] = []
      for build in 0..<Self.builds {
        let types = [build * 2 % Self.types, (build * 2 + 1) % Self.types].map { JSONValue.string("k-\($0)") }
        ids.append(try await lab.send(["build_id": .string("v6.18-\(build)"), "device_types": .array(types)]))
      }
      let report = try await lab.pass()
      #expect(report.decided == Self.builds && report.queued == Self.boards)
      var states: [String: Int] = [:]
      for id in ids {
        let told = try await lab.connection.withTransaction(.repeatableRead, readOnly: true) {
          try Explanation.read(id, $0)
        }
        let verdicts = try #require(told?.rules.first?.verdicts)
        #expect(verdicts.count == Self.boards)
        for verdict in verdicts {
          states[verdict.state, default: 0] += 1
          switch verdict.state {
          // Which of a pool's jobs it will be, LAVA decides.
          case "queued": #expect((verdict.assignment?.jobID == nil) != (verdict.assignment?.pool == nil))
          case "waiting":
            #expect(verdict.reasons.first?.reason.code == .queueFull && verdict.reasons[0].endsWhen != nil)
          default: #expect(verdict.reasons.first?.reason.code == .deviceType, "\(verdict)")
          }
        }
      }
      // Six types are named by two builds each, so their boards wait for a second job.
      #expect(states["queued"] == Self.boards && (states["waiting"] ?? 0) > 0)
      #expect(states.values.reduce(0, +) == Self.builds * Self.boards)
      let first = ids[0]
      let one = try await lab.connection.withTransaction(.repeatableRead, readOnly: true) {
        try Explanation.read(first, board: "b849", $0)
      }
      #expect(one?.rules.first?.verdicts.count == 1)
    }
  }
}
