import BoardInventory
import Foundation
import LabSupport
import PostgresClient
import TestRandom
import Testing

@testable import SchedulerPlugin

/// Protects what the in-memory simulation takes for granted: that the SQL does with the rows what the plans say. The
/// writer itself works on LAVA's real tables, while events arrive, boards come and go, LAVA runs jobs, and people cancel,
/// delete and pause. `BOARDCAST_SIMULATED_BOARDS` (100) and `BOARDCAST_SIMULATED_STEPS` (24); `make soak` takes 2,000
/// boards and 60 steps. Windows of the day are left to the other simulation: nobody can move PostgreSQL's clock.
@Suite("Months in a lab, on LAVA's tables")
struct DatabaseSimulationTests {
  private static func setting(_ name: String, _ usual: Int) -> Int {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? usual
  }

  private static let boards = setting("BOARDCAST_SIMULATED_BOARDS", 100)
  private static let steps = setting("BOARDCAST_SIMULATED_STEPS", 24)
  // The short run is the same every time; chance is for the long one.
  private static let seed = UInt64(setting("BOARDCAST_SEED", boards > 100 ? Int.random(in: 0..<1_000_000) : 410_410))

  @Test("Invariants hold after every step, and everything ends", .timeLimit(.minutes(60)))
  func months() async throws {
    let files = try DatabaseLab.files()
    try #require(files.mistakes == [], "\(files.mistakes)")
    try await TestLab.with(boards: [], files: files) { lab in
      var sim = DatabaseLab(lab: lab, boards: Self.boards, random: SeededRandom(seed: Self.seed))
      try await sim.prepare()
      let window = 1 + Int(Self.seed % 2)
      var invariants = DatabaseInvariants(window: window, typeWindow: max(3, Self.boards / 15), rules: files.rules)
      let begun = ContinuousClock.now
      var writing = Duration.zero
      func pass() async throws {
        let clock = ContinuousClock.now
        let report = try await WriterPass(
          connection: lab.connection, files: files, logger: LAVADatabase.logger,
          terms: Example.terms { ($0.window, $0.typeWindow) = (window, invariants.typeWindow) }
        ).run()
        #expect(report.hold == nil)
        writing += clock.duration(to: .now)
      }
      for step in 0..<Self.steps {
        if step % 5 == 0 { try await sim.arrive() }
        for _ in 0..<max(3, Self.boards / 50) { try await sim.happen() }
        try await sim.schedule()
        try await pass()
        _ = try await invariants.check(lab, "seed \(Self.seed), step \(step)")
        try await sim.age(Int.random(in: 1...7_200, using: &sim.random))
      }
      // When all boards are well and nothing new comes, everything ends, by a job or by its time.
      try await lab.change("DELETE FROM boardcast.pause")
      try await lab.change("UPDATE lava_scheduler_app_worker SET state = 0")
      try await lab.change("UPDATE lava_scheduler_app_device SET health = 0")
      try await pass()
      var rest = try await invariants.check(lab, "seed \(Self.seed), before the end")
      for round in 0..<2_000 where rest.open > 0 {
        try await sim.schedule(ending: 1)
        try await pass()
        rest = try await invariants.check(lab, "seed \(Self.seed), end \(round)")
        try await sim.age(14_400)
      }
      #expect(rest.open == 0, "seed \(Self.seed)")
      #expect(rest.jobs > Self.steps && invariants.checks > Self.steps * 50)
      print(
        "simulation on LAVA's tables, seed \(Self.seed): \(Self.boards) boards, \(Self.steps) steps, \(sim.events) events, "
          + "\(rest.all) assignments, \(rest.jobs) jobs, \(invariants.checks) checks in \(begun.duration(to: .now)), "
          + "of it writing \(writing)")
    }
  }
}
