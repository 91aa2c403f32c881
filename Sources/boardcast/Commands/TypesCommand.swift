import ArgumentParser
import BoardInventory
import BuildEvents
import Matcher
import PostgresClient
import SchedulerPlugin

struct TypesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "types", abstract: "What the boards of each device type can run, and how that is known.",
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
      let report = try await options.report()
      options.output.print(report.json) {
        var table = Table("TYPE", "ARCHITECTURES", "BOOTS BY", "DEPLOYS TO", "TAKES")
        for line in report.lines {
          let known = line.entry?.capabilities ?? .unknown
          table.add(
            line.name, known.architectures.words, known.bootMethods.words, known.deployMethods.words,
            known.imageFamilies.words)
        }
        table.print()
        print("\n\(report.countWords)")
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Everything known of one device type, with the sources.")

    @OptionGroup var places: PlaceOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "LAVA's name of the device type.") var name: String

    func run() async throws {
      let catalogue = try DeviceCatalogue(folders: places.configuration().folders.devices)
      guard let entry = catalogue.entries[name] else {
        let near = NearestName.to(name, among: catalogue.entries.keys.sorted())
        throw CommandRefusal("nobody described '\(name)'\(near.map { "; did you mean '\($0)'?" } ?? "")")
      }
      let known = entry.capabilities
      output.print(TypesReport.Line(name: name, entry: entry).json) {
        print("device type:    \(entry.deviceType)")
        for (kind, words) in [
          ("architectures", known.architectures.words), ("boot_methods", known.bootMethods.words),
          ("deploy_methods", known.deployMethods.words), ("image_families", known.imageFamilies.words),
          ("device_tree", entry.deviceTree ?? "unknown"),
        ] {
          print("\(kind):".padding(to: 16) + words)
          if let source = entry.sources[kind] { print("".padding(to: 16) + "(\(source))") }
        }
        print("described in:   \(entry.file)")
      }
    }
  }

  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "The types nobody described, what is unknown, and what disagrees; exits 1 when something must be mended.")

    @OptionGroup var options: Options

    func run() async throws {
      let report = try await options.report()
      let mistakes = report.disagreements.filter { !$0.isOverride }
      options.output.print(report.json) {
        print(report.countWords)
        for (kind, names) in report.unknown.sorted(by: { $0.key < $1.key }) {
          print("\(kind) unknown: \(names.joined(separator: " "))")
        }
        for override in report.disagreements where override.isOverride { print("override  \(override)") }
        for mistake in mistakes { Terminal.complain("\(mistake)") }
        for name in report.undescribed { Terminal.complain("\(name): nobody described it; add devices/\(name).yaml") }
      }
      if !mistakes.isEmpty || !report.undescribed.isEmpty { throw ExitCode(1) }
    }
  }
}

extension TypesCommand.Options {
  func report() async throws -> TypesReport {
    let folders = try places.configuration().folders.devices
    let lava = catalogue ? nil : try await places.withConnection { try await $0.withSession { try LAVATypes.read($0) } }
    return TypesReport(
      of: lava?.names, catalogue: try DeviceCatalogue(folders: folders),
      own: try DeviceCatalogue(folders: Array(folders.dropLast())),
      shipped: try DeviceCatalogue(folders: Array(folders.suffix(1))),
      lava: lava?.architectures ?? [:])
  }
}

extension TypesReport {
  fileprivate var countWords: String {
    let counts = counts
    return "\(lines.count) types; known: "
      + ["boot_methods", "deploy_methods", "architectures", "image_families", "device_tree"]
      .map { "\($0) \(counts[$0] ?? 0)" }.joined(separator: ", ")
  }
}

extension CapabilitySet where Element: CustomStringConvertible {
  fileprivate var words: String {
    guard isKnown else { return "unknown" }
    return elements.isEmpty ? "none" : elements.map(\.description).joined(separator: " ")
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
