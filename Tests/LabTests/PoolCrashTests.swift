import Foundation
import LabSupport
import PostgresClient
import SchedulerPlugin
import Testing

/// SIGKILL at each step of an event that goes by a pool, while LAVA 2023.01's own scheduler goes on: each board gets
/// exactly one job.
@Suite(.enabled(if: LAVAScheduler.isThere), .timeLimit(.minutes(10))) struct PoolCrashTests {
  private static let boards = 5
  /// What comes before an event is decided is the same for all events, and `CrashTests` die there.
  private static let points = CrashPoints.Point.allCases.filter { ![.received, .kept, .committed, .told].contains($0) }

  @Test func eachBoardGetsOneJobWhateverStepItDiedAt() async throws {
    try await LAVAScheduler.with(boards: Self.boards) { lava, connection in
      try await LabBoards(connection: connection).registerSender()
      try await ServePlace.with(lava.cluster.configuration) { place in
        for point in Self.points {
          let dying = try place.start(crashAt: point)
          try await dying.becomes("writing")
          async let answer = dying.producer.send(nanoEvent("at-\(point.rawValue)"))
          // Boards become free and busy while it dies.
          try await eventually("death at \(point)") {
            try await lava.pass()
            return !dying.isRunning
          }
          #expect(try await dying.ending() == -SIGKILL)
          try await lava.ask("finish 2 \(point.rawValue.count)")
          try await lava.pass()
          let serve = try place.start()
          _ = try await answer
          try await eventually("the event of \(point) is done") {
            try await lava.pass()
            try await lava.ask("finish 0 0")
            return try await counts(connection).open == 0
          }
          try await serve.killed()
          let found = try await counts(connection)
          #expect(found.wrong == 0 && found.strays == 0, "\(point)")
          #expect(found.jobs == found.assignments, "\(point)")
        }
        let found = try await counts(connection)
        #expect(found.assignments == Self.points.count * Self.boards)
        #expect(found.pooled == found.assignments)
      }
    }
  }

  private struct Counts: Sendable {
    let open, assignments, jobs, wrong, strays, pooled: Int
  }

  private func counts(_ connection: PostgresConnection) async throws -> Counts {
    try await connection.withSession { session in
      try session.query(
        """
        SELECT (count(*) FILTER (WHERE a.state <> 'finished')
                + (SELECT count(*) FROM boardcast.event WHERE state = 'accepted')
                + (SELECT count(*) FROM boardcast.pool WHERE closed_at IS NULL)
                + CASE WHEN count(*) = 0 THEN 1 ELSE 0 END)::int AS open,
               count(*)::int AS assignments,
               (SELECT count(*) FROM lava_scheduler_app_testjob)::int AS jobs,
               (count(*) FILTER (WHERE a.job_id IS NOT NULL AND j.actual_device_id IS DISTINCT FROM a.board)
                + count(a.job_id) - count(DISTINCT a.job_id))::int AS wrong,
               (SELECT count(*) FROM boardcast.pool_stray)::int AS strays,
               count(a.pool_id)::int AS pooled
          FROM boardcast.assignment a LEFT JOIN lava_scheduler_app_testjob j ON j.id = a.job_id
        """
      ).only {
        Counts(
          open: try $0.int("open"), assignments: try $0.int("assignments"), jobs: try $0.int("jobs"),
          wrong: try $0.int("wrong"), strays: try $0.int("strays"), pooled: try $0.int("pooled"))
      }
    }
  }
}
