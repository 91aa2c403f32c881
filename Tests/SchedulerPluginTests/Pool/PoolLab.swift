import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// A writer and LAVA 2023.01's own scheduler on the same tables.
struct PoolLab: Sendable {
  let lab: TestLab
  let lava: LAVAScheduler

  static func with(
    boards: Int, files: LabFiles = Example.shippedFiles(), _ body: (PoolLab) async throws -> Void
  ) async throws {
    try await LAVAScheduler.with(boards: boards) { lava, connection in
      let lab = TestLab(configuration: lava.cluster.configuration, connection: connection, files: files)
      try await body(PoolLab(lab: lab, lava: lava))
    }
  }

  /// A job of ours, as LAVA and our tables have it.
  struct Job: Hashable, Sendable {
    let id: Int
    let event: Int64
    let state: Int
    let board: String?
    let tags: [String]
  }

  /// All jobs of ours that ever were, by what stands in their metadata.
  func jobs() async throws -> [Job] {
    try await lab.connection.withSession { session in
      try session.query(
        """
        SELECT j.id, substring(j.definition FROM 'boardcast.event: ''?([0-9]+)')::bigint AS event, j.state,
               j.actual_device_id AS board,
               ARRAY(SELECT g.name::text FROM lava_scheduler_app_testjob_tags t
                       JOIN lava_scheduler_app_tag g ON g.id = t.tag_id WHERE t.testjob_id = j.id) AS tags
          FROM lava_scheduler_app_testjob j WHERE j.description <> 'foreign' ORDER BY j.id
        """
      ).map {
        Job(
          id: try $0.int("id"), event: Int64(try $0.int("event")), state: try $0.int("state"),
          board: try $0.optionalString("board"), tags: try $0.stringArray("tags"))
      }
    }
  }

  /// Boards by the pool tag that they carry.
  func carriers() async throws -> [String: Set<String>] {
    try await lab.connection.withSession { session in
      var carriers: [String: Set<String>] = [:]
      try session.query(
        """
        SELECT t.name, d.device_id FROM lava_scheduler_app_device_tags d JOIN lava_scheduler_app_tag t ON t.id = d.tag_id
         WHERE t.name LIKE 'boardcast-pool-%'
        """
      ).forEach { carriers[try $0.string("name"), default: []].insert(try $0.string("device_id")) }
      return carriers
    }
  }

  func openPools() async throws -> Int {
    try await lab.count("SELECT count(*)::int AS count FROM boardcast.pool WHERE closed_at IS NULL")
  }

  func strays() async throws -> Int { try await lab.count("SELECT count(*)::int AS count FROM boardcast.pool_stray") }

  /// Runs jobs to their ends, round after round of both sides, until nothing is open.
  func drain() async throws {
    for _ in 1...40 {
      try await lab.pass()
      try await lava.ask("cancel-foreign")
      try await lava.pass()
      try await lava.ask("finish 0 0")
      try await lab.pass()
      let open = try await lab.count(
        "SELECT count(*)::int AS count FROM boardcast.assignment WHERE state IN ('waiting', 'queued', 'running')")
      if open == 0 { return }
    }
    Issue.record("work is left: \(try await lab.assignments())")
  }

  /// Each board has had exactly one job of each event and rule, its assignment knows that very job, and nothing is left of
  /// pools.
  func expectOneEach(
    _ events: [Int64], boards: Int, rules: Int = 1, strays: Int = 0, _ location: SourceLocation = #_sourceLocation
  ) async throws {
    let jobs = try await jobs()
    let assignments = try await lab.assignments()
    #expect(assignments.count == events.count * boards * rules, sourceLocation: location)
    let byID = Dictionary(uniqueKeysWithValues: jobs.map { ($0.id, $0) })
    for item in assignments {
      let job = item.job.flatMap { byID[$0] }
      #expect(item.state == "finished" && item.outcome == "Complete", "\(item)", sourceLocation: location)
      #expect(job?.board == item.board && job?.event == item.event, "\(item) \(job as Any)", sourceLocation: location)
    }
    #expect(Set(assignments.compactMap(\.job)).count == assignments.count, sourceLocation: location)
    #expect(jobs.count == assignments.count + strays, sourceLocation: location)
    #expect(try await self.strays() == strays, sourceLocation: location)
    #expect(try await carriers().isEmpty, sourceLocation: location)
    #expect(try await openPools() == 0, sourceLocation: location)
    #expect(
      try await lab.count("SELECT count(*)::int AS count FROM boardcast.pool_note") == 0, sourceLocation: location)
  }
}
