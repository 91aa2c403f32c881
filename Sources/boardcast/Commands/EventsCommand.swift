import ArgumentParser
import BuildEvents
import Matcher
import PostgresClient
import SchedulerPlugin

struct EventsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events", abstract: "The events that came, and what became of them.",
    subcommands: [List.self, Show.self, Cancel.self, Retry.self], defaultSubcommand: List.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The newest events, a line each.")

    @OptionGroup var places: PlaceOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var looking: SightOption
    @Option(help: "How many.") var limit = 50

    func run() async throws {
      let limit = min(max(limit, 1), 10_000)
      let looking = looking
      let events = try await places.withConnection {
        try await $0.withTransaction(.repeatableRead, readOnly: true) { session in
          try StoredEvent.newest(limit, sight: looking.sight(session), session)
        }
      }
      output.print(["events": .array(events.map(\.json))]) {
        var table = Table("EVENT", "RECEIVED", "STATE", "FAMILY", "ARCH", "SOURCE", "BUILD")
        for event in events {
          table.add(
            "\(event.id)", event.receivedAt, event.hold == nil ? event.state : "held", event.event.imageFamily ?? "-",
            event.event.architectureAsGiven ?? "-", event.event.source, event.event.buildID)
        }
        table.print()
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "One event: every board, its job or the reason why it has none.")

    @OptionGroup var places: PlaceOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var looking: SightOption
    @Argument(help: "The event's number.") var id: Int64

    func run() async throws {
      let looking = looking
      let catalogue = LabFiles.read(try places.configuration().folders).catalogue
      let id = id
      let report = try await places.withConnection {
        try await $0.withTransaction(.repeatableRead, readOnly: true) { session in
          try EventReport.read(id, catalogue: catalogue, sight: looking.sight(session), session)
        }
      }
      guard let report else { throw CommandRefusal("there is no event \(id)") }
      output.print(report.json) {
        let event = report.stored
        print(
          "event \(event.id) from \(event.senderName): \(event.event.source) \(event.event.buildID), \(event.state)")
        if let hold = event.hold { print("held: \(hold)") }
        var table = Table("RULE", "BOARD", "TYPE", "STATE", "JOB", "OUTCOME", "QUEUED", "STARTED", "WHY NOT")
        for line in report.lines {
          table.add(
            line.rule, line.board, line.deviceType, line.state,
            line.jobID.map(String.init) ?? (line.isByPool ? "of a pool" : "-"),
            line.outcome ?? "-", seconds(line.secondsToQueued), seconds(line.secondsToStarted),
            line.reasons.map(\.description).joined(separator: "; "))
        }
        table.print()
        looking.printHidden(report.hiddenBoards)
        for callback in report.callbacks {
          let what = callback.jobID.map { "job \($0)" } ?? "the event"
          let why = callback.problem.map { ": \($0)" } ?? ""
          let next = callback.nextAt.map { ", next at \($0)" } ?? ""
          print("callback of \(what) to \(callback.url): \(callback.state), \(callback.attempts) attempts\(next)\(why)")
        }
      }
    }

    private func seconds(_ value: Double?) -> String {
      value.map { "\((max($0, 0) * 10).rounded() / 10) s" } ?? "-"
    }
  }
}
