/// What may become of an assignment, one (event, rule, board). The raw values stand in the database.
///
///     waiting --(board in service, room in LAVA's queue, no limit)--> queued --> running --> finished
///        |  ^----(another board of the pool took its job)--------------/ \--------------------^
///        +--> expired, superseded, cancelled, refused
enum AssignmentState: String, Hashable, Sendable, CaseIterable {
  /// In our own table, with the reason and what would end the wait.
  case waiting
  /// A job in LAVA's queue.
  case queued
  /// LAVA gave the job to the board.
  case running
  /// LAVA is done with the job, or somebody deleted it there; the outcome is LAVA's word.
  case finished
  /// It waited for as long as the rule allows.
  case expired
  /// A newer build of the same line came first.
  case superseded
  /// Somebody gave it up.
  case cancelled
  /// LAVA has the board no more, or retired it, or it has the user no more whose job it would be.
  case refused

  /// The states it may go to by itself; `events retry` begins anew with what has no job.
  var next: Set<AssignmentState> {
    switch self {
    case .waiting: [.queued, .expired, .superseded, .cancelled, .refused]
    // A job that is cancelled in the queue never runs; one that is resubmitted by LAVA's own retry is another job.
    // A job of a pool may be taken by a board whose own was not written yet (docs/pool.md); then another one comes.
    case .queued: [.running, .finished, .waiting]
    case .running: [.finished]
    case .finished, .expired, .superseded, .cancelled, .refused: []
    }
  }

  /// Whether nothing will become of it any more.
  var isOver: Bool { next.isEmpty }

  /// Whether LAVA has a job for it.
  var hasJob: Bool { [.queued, .running, .finished].contains(self) }
}
