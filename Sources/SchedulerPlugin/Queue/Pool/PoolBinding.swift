/// Which assignment of a pool has which of its jobs, after LAVA gave some of them to boards. Pure.
///
/// An assignment is for one board for ever. The jobs of a pool are alike, and LAVA gives each to whichever board of the
/// pool comes first; so the assignments exchange jobs until each has the one its board got. Whoever is left without
/// takes a job that is free; when there is none, because a board took one before its own was written, it waits again.
struct PoolBinding: Hashable, Sendable {
  /// An open assignment that takes part.
  struct Member: Hashable, Sendable {
    let id: Int64
    let board: String
    /// Nil while it waits.
    let job: Job?
  }

  /// A job as LAVA has it.
  struct Job: Hashable, Sendable {
    let id: Int64
    /// The board LAVA gave it to.
    let board: String?
    /// Whether it stands in LAVA's queue; false with no board means cancelled there, or deleted.
    let isSubmitted: Bool
  }

  /// A job that a board took which is owed none.
  struct Stray: Hashable, Sendable {
    let job: Int64
    let board: String
  }

  /// The new jobs of assignments whose job changes; nil for one that waits again.
  let changes: [Int64: Int64?]
  /// In the order of their ids.
  let strays: [Stray]

  /// - Parameter members: the pool's open assignments, each once.
  init(_ members: [Member]) {
    let jobs = members.compactMap(\.job).sorted { $0.id < $1.id }
    let byBoard = Dictionary(members.map { ($0.board, $0) }, uniquingKeysWith: { first, _ in first })
    var bound: [Int64: Int64] = [:]
    var strays: [Stray] = []
    for job in jobs {
      guard let board = job.board else { continue }
      if let owed = byBoard[board], bound[owed.id] == nil {
        bound[owed.id] = job.id
      } else {
        strays.append(Stray(job: job.id, board: board))
      }
    }
    // Those that are not served keep their job if it is free, and else take the first free one, those that can still run
    // before those that were cancelled.
    let unserved = members.filter { $0.job != nil && bound[$0.id] == nil }
    for member in unserved {
      if let job = member.job, job.board == nil { bound[member.id] = job.id }
    }
    let taken = Set(bound.values)
    var free = jobs.filter { $0.board == nil && !taken.contains($0.id) }.sorted { one, other in
      (one.isSubmitted ? 0 : 1, one.id) < (other.isSubmitted ? 0 : 1, other.id)
    }[...]
    for member in unserved where bound[member.id] == nil {
      guard let job = free.popFirst() else { break }
      bound[member.id] = job.id
    }
    var changes: [Int64: Int64?] = [:]
    for member in members where bound[member.id] != member.job?.id {
      changes.updateValue(bound[member.id], forKey: member.id)
    }
    self.changes = changes
    self.strays = strays
  }
}
