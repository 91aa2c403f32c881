import LabSupport
import PostgresClient
import Testing

/// A test's own LAVA tables with boards in them, and a place to run `serve` on them.
struct Bench: Sendable {
  let boards: LabBoards
  let place: ServePlace

  static let compatible = ["qemu-01", "qemu-02", "qemu-03"]

  static func with(_ body: (Bench) async throws -> Void) async throws {
    try await LAVADatabase.with { database in
      let connection = try await PostgresConnection.connect(database, logger: LAVADatabase.logger)
      let boards = LabBoards(connection: connection)
      try await boards.register()
      try await ServePlace.with(database) { try await body(Bench(boards: boards, place: $0)) }
      await connection.close()
    }
  }

  /// Every event decided once, every (event, compatible board) assigned once and, where it has a job, exactly one with
  /// exactly the board's own tag; nothing in LAVA that no assignment knows; never two queued jobs for one board.
  func expectNothingLostOrDoubled(_ builds: [String], _ location: SourceLocation = #_sourceLocation) async throws {
    let events = try await boards.events()
    #expect(events == Dictionary(uniqueKeysWithValues: builds.map { ($0, ["decided"]) }), sourceLocation: location)
    let assignments = try await boards.ledger().assignments
    let expected = builds.sorted().flatMap { build in Self.compatible.map { "\(build) \($0)" } }
    #expect(assignments.map { "\($0.build) \($0.board)" } == expected, sourceLocation: location)
    try await expectQueueAgrees(location)
  }

  /// LAVA's queue and our own table tell the same story; true at every moment, also between two steps.
  @discardableResult
  func expectQueueAgrees(_ location: SourceLocation = #_sourceLocation) async throws -> [LabBoards.Entry] {
    let (assignments, jobs) = try await boards.ledger()
    let assigned = assignments.compactMap { entry in entry.job.map { ($0, "board-\(entry.board)") } }
    #expect(assigned.map(\.0).sorted() == jobs.map(\.id), "jobs and assignments pair up", sourceLocation: location)
    let tags = Dictionary(assigned, uniquingKeysWith: { first, _ in first })
    for job in jobs { #expect(job.tags == tags[job.id].map { [$0] }, "job \(job.id)", sourceLocation: location) }
    let queued = jobs.filter(\.isSubmitted).flatMap(\.tags)
    #expect(Set(queued).count == queued.count, "one queued job a board: \(queued)", sourceLocation: location)
    return assignments
  }

  /// Ends jobs as LAVA does, round after round, until every assignment has had its job.
  func drain(_ builds: [String]) async throws {
    try await eventually("all jobs done") {
      let assignments = try await expectQueueAgrees()
      if assignments.count == builds.count * Self.compatible.count, assignments.allSatisfy({ $0.state == "finished" }) {
        return true
      }
      try await boards.finishJobs()
      return false
    }
  }
}
