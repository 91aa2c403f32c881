import BoardInventory
import BuildEvents
import LabSupport
import Matcher
import PostgresClient
import TestRandom
import Testing

@testable import SchedulerPlugin

/// Protects the database: a decision over a hundred thousand boards costs kilobytes, and forgets no board's reasons.
@Suite("What a decision costs")
struct DecisionSizeTests {
  /// 200 types on 1,000 workers; 3 % of the boards are away for one of many reasons, 5 % lack a tag.
  private static func refused() -> [(board: Board, reasons: [Reason])] {
    var random = SeededRandom(seed: 7)
    let codes: [Reason.Code] = [.architecture, .imageFamily, .notDescribed, .bootloader, .deviceType]
    return (0..<100_000).map { number in
      let type = number % 200
      var reasons = [Reason(codes[type % codes.count], "wants arm64; the board has something else \(type)")]
      switch Int.random(in: 0..<100, using: &random) {
      case 0: reasons.append(Reason(.maintenance, "its health is Maintenance"))
      case 1: reasons.append(Reason(.bad, "its health is Bad"))
      case 2: reasons.append(Reason(.offline, "worker rack-\(number % 1_000) is offline"))
      case 3...7: reasons.append(Reason(.tag, "lacks the tag hdmi-\(number % 5)"))
      default: break
      }
      let board = Board(
        hostname: "lab-type\(type)-\(number)", deviceType: "type\(type)", tags: [], capabilities: .unknown)
      return (board, reasons)
    }
  }

  @Test("Kilobytes for a hundred thousand boards, one row, and every board's reasons come back")
  func size() async throws {
    let refused = Self.refused()
    let summary = DecisionSummary(boards: refused.count, refused: refused)
    let text = summary.json.canonical
    let read = DecisionSummary(json: try JSONValue.parse(Array(text.utf8), limits: .stored))
    #expect(read == summary)
    #expect(
      refused.allSatisfy { read.reasons(board: $0.board.hostname, deviceType: $0.board.deviceType) == $0.reasons })
    try await TestLab.with(boards: []) { lab in
      let id = try await lab.send()
      let stored = try await lab.connection.withTransaction { session in
        _ = try session.execute(
          AssignmentSQL.insertDecisions,
          [.int8Array([id]), .textArray(["r"]), .textArray([text]), .textArray(["{}"]), .textArray([""])])
        return try session.query("SELECT pg_column_size(summary) AS bytes FROM boardcast.decision").only {
          try $0.int("bytes")
        }
      }
      print(
        "a decision over \(refused.count) boards: \(summary.exceptions.count) differ from their type; 1 row, "
          + "\(text.utf8.count) bytes of JSON, \(stored) bytes in the table")
      #expect(stored < 100_000)
    }
  }

  @Test("The roster of a hundred thousand boards is written once; one board more is one row more")
  func roster() async throws {
    let boards = Self.refused().map(\.board)
    let before = Example.lab(Array(boards.dropLast()))
    let after = Example.lab(boards)
    try await TestLab.with(boards: []) { lab in
      var rows: [Int] = []
      for snapshot in [before, before, after] {
        let clock = ContinuousClock.now
        try await lab.connection.withTransaction { try Roster.note(snapshot, $0) }
        let took = clock.duration(to: .now)
        rows.append(try await lab.count("SELECT count(*)::int AS count FROM boardcast.roster"))
        print("the roster: \(rows.last ?? 0) rows, noted in \(took)")
      }
      #expect(rows == [99_999, 99_999, 100_000])
      let bytes = try await lab.count("SELECT pg_total_relation_size('boardcast.roster')::int AS count")
      print("the roster of \(rows.last ?? 0) boards: \(bytes) bytes with its index")
    }
  }
}
