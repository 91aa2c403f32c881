import ArgumentParser
import BoardInventory
import BuildEvents
import Foundation
import PostgresClient
import SchedulerPlugin

struct ProducersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "producers", abstract: "Who may send, what their messages become, and what no mapping covers.",
    subcommands: [List.self, Check.self, Unmapped.self, Retry.self, Fetched.self], defaultSubcommand: List.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The producers there are, and the sources of this lab.")

    @OptionGroup var places: PlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let files = LabFiles.read(try places.configuration().folders)
      let mistakes = files.mistakes.map(\.description).filter { $0.contains("/producers/") }
      let told = files.producers.json
      output.print(told) {
        var table = Table("PRODUCER", "AUTH", "WHAT")
        for producer in told["producers"]?.arrayValue ?? [] {
          table.add(Self.text(producer, "name"), Self.text(producer, "auth"), Self.text(producer, "summary"))
        }
        table.print()
        print("")
        var sources = Table("SOURCE", "DOOR", "AUTH", "LAVA USER", "MAPPINGS", "FILE")
        for source in told["sources"]?.arrayValue ?? [] {
          sources.add(
            Self.text(source, "name"), Self.text(source, "door"), Self.text(source, "auth"),
            Self.text(source, "user"), source["mappings"]?.canonical ?? "-", Self.text(source, "file"))
        }
        sources.print()
      }
      for mistake in mistakes { FileHandle.standardError.write(Data((mistake + "\n").utf8)) }
      if !mistakes.isEmpty { throw ExitCode(1) }
    }

    private static func text(_ value: JSONValue, _ key: String) -> String { value[key]?.stringValue ?? "-" }
  }

  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "What a message would become, field by field and why; nothing is kept and no secret is needed.")

    @OptionGroup var places: PlaceOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The source's file.") var file: String
    @Argument(help: "A file with the message as the producer sends it.") var payload: String
    @Option(
      help: ArgumentHelp(
        "A header of the message, such as 'X-GitHub-Event: workflow_run'; may be given several times.",
        valueName: "name: value")) var header: [String] = []

    func run() async throws {
      let bytes: [UInt8]
      do {
        bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: payload)))
      } catch {
        throw CommandRefusal("\(payload): the file cannot be read")
      }
      var headers: [String: String] = [:]
      for line in header {
        guard let colon = line.firstIndex(of: ":") else {
          throw ValidationError("'\(line)' is no header; write 'NAME: VALUE'")
        }
        let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        headers[line[..<colon].lowercased()] = value
      }
      let trial = try ProducerTrial(
        file: file, folders: try places.configuration().folders,
        payload: ProducerPayload(bytes, contentType: headers["content-type"], headers: headers))
      output.print(trial.json) {
        var table = Table("FIELD", "VALUE", "FROM")
        for line in trial.lines { table.add(line.field, line.value, line.why) }
        if !trial.lines.isEmpty { table.print() }
        print(trial.reason.map { "\(trial.verdict): \($0)" } ?? "an event")
      }
      if trial.verdict != "event" { throw ExitCode(3) }
    }
  }

  struct Unmapped: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Messages that no mapping covers, a line each; they wait until one does.")

    @OptionGroup var places: PlaceOptions
    @OptionGroup var output: OutputOptions
    @Flag(help: "Show those that were ignored instead.") var ignored = false
    @Option(help: "How many.") var limit = 50

    func run() async throws {
      let limit = min(max(limit, 1), 10_000)
      let state = ignored ? "ignored" : "unmapped"
      let deliveries = try await places.withConnection {
        try await $0.withSession { try Delivery.newest(limit, state: state, $0) }
      }
      output.print(["deliveries": .array(deliveries.map(\.json))]) {
        var table = Table("MESSAGE", "LAST", "TIMES", "SOURCE", "ABOUT", "WHY")
        for delivery in deliveries {
          table.add(
            "\(delivery.id)", delivery.lastAt, "\(delivery.times)", "\(delivery.producer)/\(delivery.source)",
            delivery.subject, delivery.reason)
        }
        table.print()
      }
    }
  }

  struct Fetched: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "How it stands with the sources that are fetched: KernelCI's API, and watched places.")

    @OptionGroup var places: PlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let reports = try await places.withConnection { try await $0.withSession { try PullReport.all($0) } }
      output.print(["sources": .array(reports.map(\.json))]) {
        var table = Table("SOURCE", "TAKEN", "LEFT", "LAST", "TROUBLE", "FROM")
        for report in reports {
          table.add(
            report.source, "\(report.taken)", "\(report.left)", report.movedAt,
            report.trouble.map { "since \(report.since ?? "?"): \($0)" } ?? "-", report.place)
        }
        table.print()
      }
      if reports.contains(where: { $0.trouble != nil }) { throw ExitCode(3) }
    }
  }

  struct Retry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Reads unmapped messages again with the files as they are now.")

    @OptionGroup var places: PlaceOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "Numbers of messages; without any, all of them.") var ids: [Int64] = []

    func run() async throws {
      let configuration = try places.configuration()
      let files = LabFiles.read(configuration.folders).producers
      let terms = DoorTerms(outbound: configuration.outbound, senders: configuration.senders)
      let given = ids
      let results = try await places.withConnection { connection in
        let ids = given.isEmpty ? try await connection.withSession { try Delivery.unmapped($0) } : given
        var results: [(Int64, Delivery.Retried?)] = []
        for id in ids {
          results.append((id, try await connection.withTransaction { try Delivery.retry(id, files, terms: terms, $0) }))
        }
        return results
      }
      output.print(["messages": .array(results.map { Self.json($0.0, $0.1) })]) {
        for (id, result) in results { print("message \(id): \(Self.words(result))") }
        if results.isEmpty { print("there is nothing unmapped") }
      }
      if given.contains(where: { id in results.contains { $0.0 == id && $0.1 == nil } }) { throw ExitCode(1) }
    }

    private static func words(_ result: Delivery.Retried?) -> String {
      switch result {
      case nil: "there is no such unmapped message"
      case .event(let event, let isDuplicate): "event \(event)\(isDuplicate ? ", which was there already" : "")"
      case .ignored(let why): "ignored: \(why)"
      case .unmapped(let why): "still unmapped: \(why)"
      }
    }

    private static func json(_ id: Int64, _ result: Delivery.Retried?) -> JSONValue {
      let word: (String, JSONValue) =
        switch result {
        case nil: ("state", "unknown")
        case .event(let event, _): ("event_id", .int(event))
        case .ignored(let why): ("ignored", .string(why))
        case .unmapped(let why): ("unmapped", .string(why))
        }
      return .object(["id": .int(id), word.0: word.1])
    }
  }
}
