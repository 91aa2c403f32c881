import ArgumentParser
import BoardInventory
import BuildEvents
import Matcher
import PostgresClient
import SchedulerPlugin

struct TypesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "types", abstract: "What the boards of each device type can run, and how that is known.",
    discussion: """
      The first source that knows is believed, for each kind of fact by itself: the board's registration, the lab's own \
      devices/ folder, LAVA's devicetype.architecture, the device dictionary as LAVA renders it, the shipped devices/ \
      folder.
      """,
    subcommands: [List.self, Show.self, Check.self], defaultSubcommand: List.self)

  struct Options: ParsableArguments {
    @OptionGroup var places: PlaceOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Every type of the catalogue, whether the lab has it or not; needs no database.")
    var catalogue = false
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Every device type of the lab, a line each, and counts.")

    @OptionGroup var options: Options

    func run() async throws {
      let report = try await options.report().report
      options.output.print(report.json) {
        var table = Table("TYPE", "ARCHITECTURES", "BOOTS BY", "DEPLOYS TO", "TAKES")
        for line in report.lines {
          table.add(
            line.name, line.words(.architectures), line.words(.bootMethods), line.words(.deployMethods),
            line.words(.imageFamilies))
        }
        table.print()
        print("\n\(report.countWords)")
      }
    }
  }

  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "The types nobody described, what is unknown, and what disagrees; exits 1 when something must be mended.")

    @OptionGroup var options: Options

    func run() async throws {
      let report = try await options.report().report
      let mistakes = report.disagreements.filter { !$0.said.isOverride }
      options.output.print(report.json) {
        print(report.countWords)
        for (kind, names) in report.unknown.sorted(by: { $0.key < $1.key }) {
          print("\(kind) unknown: \(names.joined(separator: " "))")
        }
        for override in report.disagreements where override.said.isOverride { print("override  \(override)") }
        for line in report.lines where line.boards?.failed ?? 0 > 0 {
          print(
            "\(line.name): of \(line.boards?.failed ?? 0) boards LAVA renders no dictionary; see 'boardcast boards'")
        }
        for (name, words) in report.unread.sorted(by: { $0.key < $1.key }) {
          for line in words { Terminal.complain("\(name): \(line)") }
        }
        for mistake in mistakes { Terminal.complain("\(mistake)") }
        for name in report.undescribed { Terminal.complain("\(name): nobody described it; add devices/\(name).yaml") }
      }
      if !mistakes.isEmpty || !report.undescribed.isEmpty || !report.unread.isEmpty { throw ExitCode(1) }
    }
  }
}

extension TypesCommand.Options {
  /// The report, and LAVA's types where there is a database to ask.
  func report() async throws -> (report: TypesReport, lava: LAVATypes?) {
    let files = try DeviceCatalogue(folders: places.configuration().folders.devices)
    if catalogue { return (TypesReport(files), nil) }
    return try await places.withConnection { connection in
      try await connection.withTransaction(.repeatableRead, readOnly: true) { session in
        let lava = try LAVATypes.read(session)
        let boards = try LabSnapshot.read(session, catalogue: files).boards
        return (TypesReport(lava, boards: boards, catalogue: files), lava)
      }
    }
  }
}

extension TypesReport {
  fileprivate var countWords: String {
    let counts = counts
    return "\(lines.count) types; known: "
      + [FactKind.bootMethods, .deployMethods, .architectures, .imageFamilies, .deviceTree]
      .map { "\($0.rawValue) \(counts[$0.rawValue] ?? 0)" }.joined(separator: ", ")
  }
}

extension TypesReport.Line {
  /// What is known of a kind, in words.
  func words(_ kind: FactKind) -> String {
    guard let values = facts.values(kind) else { return "unknown" }
    return values.isEmpty ? "none" : values.joined(separator: " ")
  }
}
