import BoardInventory
import BuildEvents
import LabSupport
import Matcher
import PostgresClient

@testable import SchedulerPlugin

extension FidelityLab {
  /// What became of a case on our side.
  enum Ours: Hashable, Sendable {
    /// LAVA's job id, and the text of the job.
    case queued(Int64, definition: String)
    case refused(Reason)
    /// The library does not take the template.
    case noTemplate(String)
  }

  /// A rule for one event that gives its template to one board.
  private struct CaseRule: Rule {
    let name: String
    let board: String
    let summary = "a case"

    func answer(to event: BuildEvent) -> RuleAnswer {
      guard event.buildID == name else { return .ignores("another case") }
      var only = BoardFilter()
      only.boards = [GlobPattern(board)]
      return .tests(TestPlan(template: name, only: only))
    }
  }

  /// Gives each case to the writer as it works every day: an event, a rule, a template that is the case's text, a round
  /// of `WriterPass`.
  func write(_ cases: [FidelityCase]) async throws -> [Ours] {
    var outcomes: [Ours] = []
    for start in stride(from: 0, to: cases.count, by: WriterPass.together) {
      let some = Array(cases[start..<min(start + WriterPass.together, cases.count)])
      outcomes += try await writeTogether(some, from: start)
    }
    return outcomes
  }

  private func writeTogether(_ cases: [FidelityCase], from start: Int) async throws -> [Ours] {
    let folder = try TemporaryFolder()
    var outcomes: [Ours?] = []
    var rules: [CaseRule] = []
    for (place, item) in cases.enumerated() {
      let name = "case-\(start + place)"
      let alone = try TemporaryFolder([name + ".yaml": item.text])
      do {
        _ = try TemplateLibrary(folders: [alone.path])
        try folder.write(name + ".yaml", item.text)
        outcomes.append(nil)
        rules.append(CaseRule(name: name, board: Self.board(item.deviceType ?? Self.usualType)))
      } catch let mistake as FileMistake {
        outcomes.append(.noTemplate(mistake.message))
      }
    }
    let files = LabFiles(
      catalogue: catalogue, templates: try TemplateLibrary(folders: [folder.path]), rules: rules, mistakes: [])
    let events = try await send(rules.map(\.name))
    _ = try await WriterPass(
      connection: ours, files: files, logger: LAVADatabase.logger,
      terms: Example.terms { $0.window = 1_000_000 }
    ).run()
    for (place, item) in cases.enumerated() where outcomes[place] == nil {
      let name = "case-\(start + place)"
      let type = item.deviceType ?? Self.usualType
      outcomes[place] = try await outcome(event: events[name] ?? 0, type: type)
    }
    return outcomes.compactMap { $0 }
  }

  private func send(_ names: [String]) async throws -> [String: Int64] {
    try await ours.withTransaction { session in
      let sender = try session.query("SELECT id FROM auth_user WHERE username = 'ci-bot'").only {
        Sender(id: try $0.int("id"), name: "ci-bot", isSuperuser: false)
      }
      var events: [String: Int64] = [:]
      for name in names {
        let event = try Example.event(["build_id": .string(name)])
        guard case .accepted(let id) = try EventStore.keep(event, raw: [], door: "test", sender: sender, session)
        else { throw LabSurprise("the event of \(name) was not new") }
        events[name] = id
      }
      return events
    }
  }

  private func outcome(event: Int64, type: String) async throws -> Ours {
    try await ours.withSession { session in
      let row = try session.query(
        """
        SELECT a.job_id, a.reason, a.detail, j.definition, e.hold, d.summary
          FROM boardcast.event e
          LEFT JOIN boardcast.decision d ON d.event_id = e.id
          LEFT JOIN boardcast.assignment a ON a.event_id = e.id
          LEFT JOIN lava_scheduler_app_testjob j ON j.id = a.job_id
         WHERE e.id = $1
        """, [.int8(event)]
      ).only { row in
        (
          job: try row.optionalInt("job_id"), definition: try row.optionalString("definition"),
          waits: try row.optionalString("detail"), hold: try row.optionalString("hold"),
          summary: try row.optionalJSON("summary")
        )
      }
      if let job = row.job, let definition = row.definition { return .queued(Int64(job), definition: definition) }
      if let words = row.hold ?? row.waits { throw LabSurprise("event \(event) is held: \(words)") }
      let summary = DecisionSummary(json: try JSONValue.parse(Array((row.summary ?? "{}").utf8)))
      guard let reason = summary.reasons(board: Self.board(type), deviceType: type).first else {
        throw LabSurprise("event \(event) got no job and no reason")
      }
      return .refused(reason)
    }
  }
}
