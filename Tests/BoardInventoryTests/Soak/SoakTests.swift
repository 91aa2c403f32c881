import BoardInventory
import Foundation
import LabSupport
import PostgresClient
import Synchronization
import TestRandom
import Testing

/// Protects every decision over months: whatever LAVA does, by whatever way, and whatever breaks meanwhile, the snapshot
/// becomes what a fresh read finds, by what was heard alone. `BOARDCAST_SOAK` changes (default 300; `make soak` 10,000)
/// are made with `sync` running all the while, 1 connection dropped for 100 changes, and one restart of the server.
@Suite("A lab of 1,000 boards changes without end", .enabled(if: LAVACluster.root("2023.01") != nil))
struct SoakTests {
  private final class Tally: Sendable {
    let counts = Mutex<[String: Int]>([:])
    func add(_ word: String) { counts.withLock { $0[word, default: 0] += 1 } }
    var words: String { counts.withLock { $0.sorted(by: <).map { "\($0.key) \($0.value)" }.joined(separator: ", ") } }
    subscript(_ word: String) -> Int { counts.withLock { $0[word] ?? 0 } }
  }

  private static let count = ProcessInfo.processInfo.environment["BOARDCAST_SOAK"].flatMap { Int($0) } ?? 300
  private static let seed =
    ProcessInfo.processInfo.environment["BOARDCAST_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0..<1_000_000)

  @Test("Right after each burst of changes by SQL and by LAVA's own code", .timeLimit(.minutes(60)))
  func soak() async throws {
    try await SoakLab.with { lab in
      let folder = try TemporaryFolder(["changes.py": try String(contentsOfFile: Self.changes, encoding: .utf8)])
      let words = try await lab.cluster.manage(["shell", "-c", Self.program], folder: folder)
      let tally = Tally()
      let (python, syncing) = (try await Dialogue(words), try await Dialogue(words))
      let isOver = Mutex(false)
      let sync = Task {
        var random = SeededRandom(seed: Self.seed &+ 1)
        while !isOver.withLock({ $0 }) {
          let answer = try await syncing.ask("sync \(Int.random(in: 0..<1 << 30, using: &random))")
          tally.add(answer.hasPrefix("ok") ? "sync" : "sync refused")
        }
      }
      let begun = ContinuousClock.now
      do {
        try await change(lab, python, tally)
        try await dropTrigger(lab, tally)
      } catch {
        Issue.record("seed \(Self.seed): \(error)")
      }
      let time = begun.duration(to: .now)
      isOver.withLock { $0 = true }
      try await sync.value
      await python.end()
      await syncing.end()
      print("soak, seed \(Self.seed): \(Self.count) changes in \(time): \(tally.words)")
      #expect(tally["python"] > 0 && tally["sync"] > 0)
      #expect(tally["python refused"] * 5 < Self.count, "LAVA's own code mostly did what it was asked")
    }
  }

  private static let changes = Lab.repository + "/Tests/lava/changes.py"
  private static let program = "exec(compile(open('/lab/changes.py').read(), 'changes.py', 'exec'), {})"

  private func change(_ lab: SoakLab, _ python: Dialogue, _ tally: Tally) async throws {
    var random = SeededRandom(seed: Self.seed)
    var inBurst = 0
    for step in 1...Self.count {
      let number = Int.random(in: 0..<1 << 20, using: &random)
      if Bool.random(using: &random) {
        try await lab.change(SoakStatements.all[number % SoakStatements.all.count], [PostgresValue(number / 64)])
        tally.add("sql")
      } else {
        let answer = try await python.ask("change \(number)")
        tally.add(answer.hasPrefix("ok") ? "python" : "python refused")
      }
      if step % 100 == 50 {
        try await lab.change(
          """
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE application_name = 'boardcast-soak' AND ($1::int % 3 = 2 OR (query ILIKE 'listen%') = ($1::int % 3 = 0))
          """, [PostgresValue(number)])
        tally.add("drops")
      }
      if step == Self.count / 2 {
        try await lab.cluster.server.run(.restart)
        tally.add("restarts")
      }
      inBurst += 1
      guard inBurst >= Int.random(in: 1...5, using: &random) || step == Self.count else { continue }
      inBurst = 0
      do { try await lab.agrees() } catch { throw NeverHappened(description: "step \(step): \(error)") }
      tally.add("compared")
    }
  }

  /// Noticed by an inventory whose slow reading is quick, said, and put back.
  private func dropTrigger(_ lab: SoakLab, _ tally: Tally) async throws {
    let recorder = LogRecorder()
    let catalogue = lab.catalogue
    let watchful = LiveInventory(
      configuration: lab.cluster.configuration, catalogue: { catalogue }, rereading: .milliseconds(500),
      logger: recorder.logger)
    let running = Task { try await watchful.run() }
    try await eventually("it follows") { watchful.problem == nil }
    try await lab.change("DROP TRIGGER boardcast_updated ON lava_scheduler_app_device")
    try await eventually("the missing trigger is said") {
      watchful.problem?.contains("boardcast_updated on device") == true
    }
    #expect(watchful.snapshot(within: .seconds(90)) == nil)
    #expect(recorder.lines.contains { $0.contains("inventory triggers are missing") })
    try await lab.connection().withTransaction { _ = try InventoryTriggers.restore($0) }
    try await eventually("all is well") { watchful.problem == nil }
    watchful.stop()
    try await running.value
    tally.add("triggers dropped and noticed")
  }
}
