import BoardInventory
import BuildEvents
import LabSupport
import Matcher
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects the answer to "what would this change of the rules cost us?", which must cost nothing itself.
@Suite("Replaying past events")
struct ReplayTests {
  private func files(_ rules: [String: String]) throws -> LabFiles {
    LabFiles(
      catalogue: Example.shippedFiles().catalogue, templates: try Example.templates(["t": Example.job()]),
      rules: try rules.sorted { $0.key < $1.key }.map {
        try Example.rule("rule: \($0.key)\nwhen: {image_family: nano}\nhow: {template: t}\n\($0.value)")
      }, mistakes: [])
  }

  private func replay(_ lab: TestLab, last seconds: Int = 604_800, _ other: LabFiles?) async throws -> Replay {
    try await lab.connection.withTransaction(.repeatableRead, readOnly: true) {
      try Replay.run(last: seconds, files: lab.files, other: other, $0)
    }
  }

  @Test("The difference in jobs and board-hours, from LAVA's own finished jobs; a length nobody knows is said so")
  func difference() async throws {
    try await TestLab.with(files: files(["a": ""])) { lab in
      try await lab.send()
      try await lab.send(["build_id": "18", "status": "failure"])
      let other = try files(["a": "where: {boards: qemu-02}", "b": ""])
      var result = try await replay(lab, other)
      #expect(result.events == 1)
      #expect(result.lines.map(\.rule) == ["a", "b"])
      #expect(result.lines.map(\.current.jobs) == [2, 0] && result.lines.map(\.other.jobs) == [1, 2])
      #expect(result.lines.map(\.added) == [0, 2] && result.lines.map(\.removed) == [1, 0])
      #expect(result.totals.current == .init(jobs: 2, hours: 0, jobsOfUnknownLength: 2))
      try await lab.pass()
      // Two jobs of the template took half an hour and an hour and a half; one that was cancelled does not count.
      try await lab.change(
        """
        UPDATE lava_scheduler_app_testjob j SET state = 5, health = 1, start_time = now() - interval '3 hours',
               end_time = now() - interval '3 hours'
                        + CASE a.board WHEN 'qemu-01' THEN interval '30 minutes' ELSE interval '90 minutes' END
          FROM boardcast.assignment a WHERE a.job_id = j.id
        """)
      result = try await replay(lab, other)
      #expect(result.totals.current == .init(jobs: 2, hours: 2, jobsOfUnknownLength: 0))
      #expect(result.totals.other == .init(jobs: 3, hours: 3, jobsOfUnknownLength: 0))
      // Another template of the type has no jobs yet: anybody's jobs of the type stand for it.
      try await lab.change("UPDATE boardcast.shape SET template = 'u'")
      #expect(try await replay(lab, nil).totals.current.hours == 2)
      try await lab.change("UPDATE lava_scheduler_app_testjob SET health = 3")
      #expect(try await replay(lab, nil).totals.current.jobsOfUnknownLength == 2)
    }
  }

  @Test("Only events of the time asked for, and nothing is written")
  func since() async throws {
    try await TestLab.with(files: files(["a": ""])) { lab in
      let old = try await lab.send()
      try await lab.send(["build_id": "18"])
      try await lab.change(
        "UPDATE boardcast.event SET received_at = now() - interval '2 days' WHERE id = $1", [.int8(old)])
      #expect(try await replay(lab, last: 86_400, nil).events == 1)
      #expect(try await replay(lab, nil).events == 2)
      #expect(try await lab.jobCount() == 0)
      #expect(try await lab.count("SELECT count(*)::int AS count FROM boardcast.decision") == 0)
    }
  }
}
