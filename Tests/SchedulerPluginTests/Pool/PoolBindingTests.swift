import TestRandom
import Testing

@testable import SchedulerPlugin

/// Protects what people read: which board had which job of a pool.
@Suite("Binding the jobs of a pool")
struct PoolBindingTests {
  private func member(_ id: Int64, _ board: String, _ job: Int64? = nil, on other: String? = nil, queued: Bool = true)
    -> PoolBinding.Member
  {
    PoolBinding.Member(
      id: id, board: board,
      job: job.map { PoolBinding.Job(id: $0, board: other, isSubmitted: queued && other == nil) })
  }

  @Test("Two boards that got each other's job exchange them; who waits in the queue keeps his")
  func exchange() {
    let binding = PoolBinding([
      member(1, "a", 11, on: "b"), member(2, "b", 12, on: "a"), member(3, "c", 13),
    ])
    #expect(binding.changes == [1: 12, 2: 11])
    #expect(binding.strays.isEmpty)
  }

  @Test("Who lost his job to another takes one that is queued before one that was cancelled")
  func lost() {
    let binding = PoolBinding([
      member(1, "a", 11, on: "c"), member(2, "b", 12, queued: false), member(3, "c", 13), member(4, "d", 14, on: "a"),
      member(5, "e"),
    ])
    #expect(binding.changes == [1: 14, 3: 11, 4: 13])
  }

  @Test("A board that took a job before its own was written leaves another board waiting")
  func early() {
    #expect(PoolBinding([member(1, "a", 11, on: "b"), member(2, "b")]).changes == [1: nil, 2: 11])
  }

  @Test("The second job of a board is nobody's, and so is one of a board that is owed none")
  func strays() {
    let binding = PoolBinding([member(1, "a", 11, on: "a"), member(2, "b", 12, on: "a"), member(3, "c", 13, on: "x")])
    #expect(binding.strays == [.init(job: 12, board: "a"), .init(job: 13, board: "x")])
    #expect(binding.changes == [2: nil, 3: nil])
  }

  @Test("Whatever LAVA did: each job is at most one assignment's, a served board has its own, no job is lost")
  func anything() {
    var random = SeededRandom(seed: 5)
    for _ in 1...2_000 {
      let count = Int.random(in: 1...8, using: &random)
      let members = (1...count).map { number in
        let isWaiting = Int.random(in: 0..<5, using: &random) == 0
        let board = Bool.random(using: &random) ? "b\(Int.random(in: 1...count + 1, using: &random))" : nil
        return member(
          Int64(number), "b\(number)", isWaiting ? nil : Int64(100 + number), on: board,
          queued: Bool.random(using: &random))
      }
      let binding = PoolBinding(members)
      var held: [Int64: Int64] = [:]
      for member in members {
        if let job = binding.changes[member.id] ?? member.job?.id { held[member.id] = job }
      }
      let jobs = members.compactMap(\.job)
      #expect(Set(held.values).count == held.count)
      #expect(Set(held.values).union(binding.strays.map(\.job)) == Set(jobs.map(\.id)))
      #expect(Set(held.values).isDisjoint(with: binding.strays.map(\.job)))
      for member in members {
        let own = jobs.filter { $0.board == member.board }
        let job = jobs.first { $0.id == held[member.id] }
        #expect(own.isEmpty ? job?.board == nil : job?.board == member.board)
      }
    }
  }
}
