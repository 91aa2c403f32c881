import PostgresClient

/// The boards that jobs are about to ask for by name, locked for the rest of the transaction, and their workers.
///
/// The foreign key of `requested_device_id` locks the board's row at COMMIT, after the submitter's. LAVA's scheduler
/// locks in the other order, all idle boards of a type in random order and then the submitters
/// (scheduler.py:schedule_jobs_for_device_type), so the two could wait for each other until PostgreSQL ends one of them.
/// Therefore the boards are locked before anything is written, and all at once or none: nobody waits for a board who
/// holds another.
struct RequestedBoards: Hashable, Sendable {
  /// The worker of each board that LAVA has; nil for a board without one.
  private let workers: [String: String?]

  /// No boards.
  static let none = RequestedBoards(workers: [:])

  /// Whether LAVA has the board.
  func contains(_ board: String) -> Bool { workers[board] != nil }

  /// The board's worker, which LAVA's submission notes too (models.py:_get_requested_devices); nil where it has none.
  func worker(of board: String) -> String? { workers[board] ?? nil }

  private struct Busy: Error {
    let board: String
  }

  /// Locks the boards. While LAVA's scheduler works on their type, which takes it seconds at most, this waits.
  static func lock(_ boards: [String], _ session: borrowing PostgresSession) throws -> RequestedBoards {
    guard !boards.isEmpty else { return .none }
    for _ in 0..<attempts {
      do {
        return try session.savepoint { try read(QueueSQL.lockFreeBoards, boards, $0) }
      } catch let busy as Busy {
        try wait(for: busy.board, session)
      }
    }
    return try read(QueueSQL.lockBoards, boards, session)
  }

  /// How often all are tried at once; after that a deadlock is risked, which the next round of the writer mends.
  private static let attempts = 20

  /// Waits until nobody holds the board, and lets go of it again.
  private static func wait(for board: String, _ session: borrowing PostgresSession) throws {
    do {
      try session.savepoint { session in
        _ = try session.query(QueueSQL.lockBoards, [.textArray([board])]).map { try $0.string("hostname") }
        throw Busy(board: board)
      }
    } catch is Busy {}
  }

  private static func read(
    _ sql: SQL, _ boards: [String], _ session: borrowing PostgresSession
  ) throws -> RequestedBoards {
    var workers: [String: String?] = [:]
    try session.query(sql, [.textArray(boards)]).forEach { row in
      let board = try row.string("hostname")
      guard try row.bool("locked") else { throw Busy(board: board) }
      workers.updateValue(try row.optionalString("worker"), forKey: board)
    }
    return RequestedBoards(workers: workers)
  }
}
