import BuildEvents
import LabSupport
import PostgresClient
import TestRandom
import Testing

@testable import SchedulerPlugin

/// Protects what holds between pools: several rules' pools on the same boards, and newer builds while pools are open.
@Suite(
  "Pools of several rules and builds, with LAVA's own scheduler", .enabled(if: LAVAScheduler.isThere), .serialized,
  .timeLimit(.minutes(5)))
struct PoolRulesTests {
  private static func files(_ rules: [String: String]) throws -> LabFiles {
    let folder = try TemporaryFolder(
      Dictionary(uniqueKeysWithValues: rules.map { ("\($0).yaml", "rule: \($0)\n\($1)") }))
    let root = Lab.repository
    return LabFiles.read(
      LabFolders(devices: [root + "/devices"], templates: [root + "/templates"], rules: [folder.path]))
  }

  private static let nano = "when: {image_family: nano}\nlimits: {boards_away: wait}\n"

  /// Which rule's job a board takes first is LAVA's to say; each board still runs one of each rule.
  @Test("Three rules and two events over the same boards: one job of each for every board", arguments: [1, 2])
  func severalRules(window: Int) async throws {
    let files = try Self.files([
      "first": Self.nano + "how: {template: regression}\n", "second": Self.nano + "how: {template: smoke}\n",
      "urgent": Self.nano + "how: {template: smoke, priority: high}\n",
    ])
    try await PoolLab.with(boards: 5, files: files) { pool in
      var random = SeededRandom(seed: 33 + UInt64(window))
      var events = [try await pool.lab.send()]
      for round in 1...24 {
        if round == 6 { events.append(try await pool.lab.send(["build_id": "18", "source": "other"])) }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: try await pool.lava.pass()
        case 1: try await pool.lava.ask("finish \(Int.random(in: 1...3, using: &random)) \(round)")
        default: try await pool.lab.pass(window: window)
        }
        let most = try await pool.lab.count(
          """
          SELECT coalesce(max(n), 0)::int AS count FROM (SELECT count(*) AS n FROM boardcast.assignment a
            JOIN lava_scheduler_app_testjob j ON j.id = a.job_id AND j.state = 0
           WHERE a.state = 'queued' GROUP BY a.board) x
          """)
        #expect(most <= window)
      }
      try await pool.drain()
      try await pool.expectOneEach(events, boards: 5, rules: 3)
      // No job counts for another rule than the one it was made by.
      let strangers = try await pool.lab.count(
        """
        SELECT count(*)::int AS count FROM boardcast.assignment a JOIN lava_scheduler_app_testjob j ON j.id = a.job_id
         WHERE j.definition !~ ('boardcast.rule: ''?' || a.rule || '\\M')
        """)
      #expect(strangers == 0)
    }
  }

  /// The board that took a job before its own was written runs the older build and is not superseded; the one that
  /// stands without a job by that waits again, and the newer build ends its waiting.
  @Test("A newer build supersedes what waits in truth, not what a board has taken meanwhile")
  func newerBuild() async throws {
    let files = try Self.files([
      "nano": "when: {image_family: nano}\nhow: {template: smoke}\n"
        + "limits: {boards_away: wait, newer_build: supersede}\n"
    ])
    try await PoolLab.with(boards: 4, files: files) { pool in
      try await pool.lava.ask("health b-4 maintenance")
      let older = try await pool.lab.send()
      #expect(try await pool.lab.pass().queued == 3)
      // As a writer leaves it that dies after the board has joined.
      try await pool.lava.ask("health b-4 good")
      try await pool.lava.ask("health b-1 maintenance")
      try await pool.lab.change(
        "SELECT boardcast.join_pools(ARRAY[id], ARRAY['b-4']) FROM boardcast.pool WHERE closed_at IS NULL")
      #expect(try await pool.lava.pass() == 3)
      let newer = try await pool.lab.send(["build_id": "18"])
      try await pool.lab.pass()
      let states = try await pool.lab.assignments().filter { $0.event == older }.map { "\($0.board) \($0.state)" }
      #expect(states == ["b-1 superseded", "b-2 running", "b-3 running", "b-4 running"])
      try await pool.lava.ask("health b-1 good")
      try await pool.drain()
      let ends = try await pool.lab.assignments().filter { $0.event == newer }
      #expect(
        ends.map(\.board) == ["b-1", "b-2", "b-3", "b-4"] && ends.allSatisfy { $0.outcome == "Complete" }, "\(ends)")
      #expect(try await pool.strays() == 0)
      #expect(try await pool.carriers().isEmpty)
      #expect(try await pool.openPools() == 0)
    }
  }

  /// What stands in LAVA's queue is LAVA's: a newer build leaves it, its boards run both, and none is in two pools for one.
  @Test("A newer build that comes while the older one stands in the queue: both run, on every board")
  func bothRun() async throws {
    let files = try Self.files([
      "nano": "when: {image_family: nano}\nhow: {template: smoke}\n"
        + "limits: {boards_away: wait, newer_build: supersede}\n"
    ])
    try await PoolLab.with(boards: 4, files: files) { pool in
      let older = try await pool.lab.send()
      #expect(try await pool.lab.pass().queued == 4)
      let newer = try await pool.lab.send(["build_id": "18"])
      #expect(try await pool.lab.pass().queued == 0)
      #expect(try await pool.lava.pass() == 4)
      try await pool.drain()
      try await pool.expectOneEach([older, newer], boards: 4)
    }
  }
}
