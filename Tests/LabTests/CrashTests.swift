import TestRandom
import Foundation
import LabSupport
import PostgresClient
import SchedulerPlugin
import Testing

/// SIGKILL between any two steps of an event's way, then a restart: nothing lost, nothing doubled.
@Suite(.timeLimit(.minutes(5))) struct CrashTests {
  /// The steps of pools are not on the way of three boards; `PoolCrashTests` die there.
  private static let points = CrashPoints.Point.allCases.filter { ![.joined, .left, .told].contains($0) }

  @Test(arguments: points)
  func anEventOutlivesADeath(at point: CrashPoints.Point) async throws {
    try await Bench.with { bench in
      let dying = try bench.place.start(crashAt: point)
      try await dying.becomes("writing")
      async let answer = dying.producer.send(nanoEvent("n-1"))
      #expect(try await dying.ending() == -SIGKILL)
      let serve = try await bench.place.serve()
      let id = try #require(try await answer.id)
      try await bench.boards.decided(["n-1"])
      let again = try await serve.producer.send(nanoEvent("n-1"))
      #expect(again.isDuplicate && again.id == id)
      try await bench.expectNothingLostOrDoubled(["n-1"])
      #expect(try await bench.boards.ledger().assignments.map(\.state) == ["queued", "queued", "waiting"])
      #expect(try await serve.terminate() == 0)
      try await bench.expectNothingLostOrDoubled(["n-1"])
    }
  }

  /// Two events at once while an assignment of an earlier one, whose board has just come back, is being fed.
  @Test(arguments: points)
  func twoEventsAndAWaitingAssignmentOutliveADeath(at point: CrashPoints.Point) async throws {
    try await Bench.with { bench in
      let first = try await bench.place.serve()
      #expect(try await first.producer.send(nanoEvent("n-1")).status == 202)
      try await bench.boards.decided(["n-1"])
      try await bench.boards.assignment("n-1", "qemu-03", is: "waiting")
      #expect(try await first.terminate() == 0)

      try await bench.boards.set(health: 1, of: "qemu-03")
      let dying = try bench.place.start(crashAt: point)
      async let second = dying.producer.send(nanoEvent("n-2"))
      async let third = dying.producer.send(nanoEvent("n-3"))
      #expect(try await dying.ending() == -SIGKILL)
      try await bench.expectQueueAgrees()
      let serve = try await bench.place.serve()
      #expect(try await [second.status, third.status].allSatisfy { [200, 202].contains($0) })
      let builds = ["n-1", "n-2", "n-3"]
      try await bench.boards.decided(builds)
      try await bench.boards.assignment("n-1", "qemu-03", is: "queued")
      try await bench.expectNothingLostOrDoubled(builds)
      try await bench.drain(builds)
      try await bench.expectNothingLostOrDoubled(builds)
      #expect(try await bench.boards.ledger().jobs.count == 9)
      #expect(try await serve.terminate() == 0)
    }
  }

  /// Thirty deaths at moments nobody chose, under four senders. The seed gives moments and order; what happens at a
  /// moment is the machine's.
  @Test func thirtyRandomDeathsUnderFourSendersLoseAndDoubleNothing() async throws {
    let seed: UInt64 = 20_110_301
    try await Bench.with { bench in
      try await bench.boards.set(health: 1, of: "qemu-03")
      var random = SeededRandom(seed: seed)
      let deaths = Deaths()
      let serve = try await bench.place.serve()
      let builds = (1...20).map { "n-\($0)" }
      // Each sender keeps its later events until some deaths have been, so that there are events to the end.
      let times = builds.indices.map { index in min(29, index / 4 * 6 + Int.random(in: 0..<6, using: &random)) }
      let answers = try await withThrowingTaskGroup(of: [Producer.Answer].self) { group in
        for sender in 0..<4 {
          group.addTask {
            var answers: [Producer.Answer] = []
            for index in stride(from: sender, to: builds.count, by: 4) {
              try await eventually("death \(times[index])") { await deaths.count >= times[index] }
              answers.append(try await serve.producer.send(nanoEvent(builds[index])))
            }
            return answers
          }
        }
        var current = serve
        for _ in 0..<30 {
          // Not a wait for anything: the moment of death.
          try await Task.sleep(for: .milliseconds(Int.random(in: 0..<250, using: &random)))
          try await current.killed()
          await deaths.add()
          try await bench.expectQueueAgrees()
          try await bench.boards.finishJobs()
          current = try bench.place.start()
        }
        try await current.becomes("writing")
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(answers.count == 20 && answers.allSatisfy { [200, 202].contains($0.status) }, "seed \(seed)")
      #expect(Set(answers.compactMap(\.id)).count == 20)
      try await bench.boards.decided(builds)
      try await bench.expectNothingLostOrDoubled(builds)
      try await bench.drain(builds)
      try await bench.expectNothingLostOrDoubled(builds)
      #expect(try await bench.boards.ledger().jobs.count == 60)
    }
  }

  private actor Deaths {
    private(set) var count = 0
    func add() { count += 1 }
  }
}
