import ArgumentParser
import BuildEvents
import Matcher
import PostgresClient
import SchedulerPlugin

struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "What became of an event on every board, or on one, and why.",
    discussion: """
      Tells what was decided then, on the lab as it was then, and how it went on since. A reason says what would end it \
      where waiting helps. Exits 1 for an event or a board that nobody knows.
      """)

  @OptionGroup var places: PlaceOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var looking: SightOption
  @Argument(help: "The event's number.") var event: Int64
  @Argument(help: "LAVA's hostname of a board; all boards if not said.") var board: String?

  func run() async throws {
    let id = event
    let board = board
    let looking = looking
    let explanation: Explanation?
    do {
      explanation = try await places.withConnection {
        try await $0.withTransaction(.repeatableRead, readOnly: true) { session in
          try Explanation.read(id, board: board, sight: looking.sight(session), session)
        }
      }
    } catch let unknown as UnknownBoard {
      throw CommandRefusal(unknown.description)
    }
    guard let explanation else { throw CommandRefusal("there is no event \(id)") }
    output.print(explanation.json) {
      printEvent(explanation.stored)
      if let board { printBoard(board, explanation.board) }
      for story in explanation.rules {
        if board == nil {
          printGroups(story)
        } else {
          for verdict in story.verdicts { printVerdict(story.rule, verdict) }
        }
      }
      looking.printHidden(explanation.hiddenBoards)
      for (rule, why) in (explanation.ignored ?? [:]).sorted(by: { $0.key < $1.key }) {
        print("rule \(rule) ignored it: \(why)")
      }
      if explanation.stored.state == "decided", explanation.ignored == nil {
        print("which rules ignored it was not kept when it was decided")
      }
    }
  }

  private func printEvent(_ stored: StoredEvent) {
    let decided = stored.decidedAt.map { " at \($0)" } ?? ""
    let event = stored.event
    print("event \(stored.id) from \(stored.senderName): \(event.source) \(event.buildID), \(stored.state)\(decided)")
    if let hold = stored.hold { print("\(stored.state == "accepted" ? "held" : "note"): \(hold)") }
    if stored.state == "kept", event.status != .success {
      print("the build's status is \(event.status); only a success is tested")
    }
  }

  private func printBoard(_ name: String, _ board: BoardNow?) {
    guard let board else { return print("board \(name): LAVA has it no more") }
    let facts = board.facts.isEmpty ? "could take a job now" : board.facts.map(\.description).joined(separator: "; ")
    print("board \(name) (\(board.deviceType)), now: \(facts)")
    if let since = board.workerSilentSince { print("  its worker was last heard of at \(since)") }
    if let check = board.healthCheck { print("  its last health check \(check)") }
    for (whose, change) in [("its health", board.health), ("its worker's health", board.workerHealth)] {
      if let change { print("  \(whose): \(change.words), by \(change.author) at \(change.at)") }
    }
  }

  /// All boards that fared alike in a line.
  private func printGroups(_ story: Explanation.RuleStory) {
    print("rule \(story.rule): \(story.sentence)")
    struct Group: Hashable {
      let state: String
      let reasons: [Explanation.ExplainedReason]
    }
    let groups = Dictionary(grouping: story.verdicts) { Group(state: $0.state, reasons: $0.reasons) }
    var table = Table("BOARDS", "STATE", "FOR EXAMPLE", "WHY")
    for (group, boards) in groups.sorted(by: {
      ($1.value.count, $0.value[0].board) < ($0.value.count, $1.value[0].board)
    }) {
      table.add(
        "\(boards.count)", group.state, boards[0].board, group.reasons.map(words).joined(separator: "; "))
    }
    table.print()
  }

  private func printVerdict(_ rule: String, _ verdict: Explanation.BoardVerdict) {
    var line = "rule \(rule): \(verdict.state == "none" ? "no job" : verdict.state)"
    if let course = verdict.assignment {
      if let job = course.jobID { line += ", job \(job)" }
      if let pool = course.pool { line += ", one of the jobs with tag \(pool)" }
      if let outcome = course.outcome { line += ", \(outcome)" }
      if let event = course.supersededBy { line += " by event \(event)" }
      let times = [
        ("since", course.createdAt), ("queued", course.queuedAt), ("started", course.startedAt),
        ("ended", course.endedAt), verdict.state == "waiting" ? ("until", course.expiresAt) : ("", nil),
      ]
      line += times.compactMap { name, time in time.map { "; \(name) \($0)" } }.joined()
      if let words = course.words { line += "; \(words)" }
    }
    print(line)
    for reason in verdict.reasons { print("  \(words(reason))") }
  }

  private func words(_ item: Explanation.ExplainedReason) -> String {
    let help = item.reason.waitingHelps ? "" : " (waiting does not help)"
    return item.endsWhen.map { "\(item.reason), until \($0)" } ?? "\(item.reason)\(help)"
  }
}
