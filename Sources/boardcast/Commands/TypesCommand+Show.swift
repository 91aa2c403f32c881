import ArgumentParser
import BoardInventory
import BuildEvents
import Matcher
import SchedulerPlugin

extension TypesCommand {
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Everything known of one device type, with the sources.",
      discussion: """
        An alias stands for its type as LAVA's submission resolves it: an alias first, then a type's name. Without a \
        database, or with --catalogue, the device type files alone are asked.
        """)

    @OptionGroup var options: Options
    @Argument(help: "LAVA's name of the device type, or an alias of it.") var name: String

    func run() async throws {
      let (line, disagreements) = try await find()
      options.output.print(line.json(with: disagreements)) {
        print("device type:    \(([line.name] + line.aliases).joined(separator: ", also "))")
        if name != line.name { print("                ('\(name)' is an alias of it)") }
        for kind in [FactKind.architectures, .bootMethods, .deployMethods, .imageFamilies, .deviceTree] {
          print("\(kind.rawValue):".padding(to: 16) + line.words(kind))
          if let source = line.facts.words(kind) { print("".padding(to: 16) + "(\(source))") }
        }
        if let boards = line.boards {
          print("boards:         \(boards.words)")
        }
        for one in disagreements {
          print("\(one.said.isOverride ? "override" : "DISAGREES"):".padding(to: 16) + "\(one)")
        }
        for words in line.facts.unread { print("unread:         \(words)") }
      }
    }

    private func find() async throws -> (TypesReport.Line, [TypesReport.Disagreement]) {
      let whole = try TypesReport(DeviceCatalogue(folders: options.places.configuration().folders.devices))
      if let (report, lava) = try await lab(), let lava {
        if let type = lava.resolve(name), let line = report.lines.first(where: { $0.name == type }) {
          return (line, report.disagreements.filter { $0.deviceType == type })
        }
      }
      if let line = whole.lines.first(where: { $0.name == name }) {
        return (line, whole.disagreements.filter { $0.deviceType == name })
      }
      let near = NearestName.to(name, among: whole.lines.map(\.name))
      throw CommandRefusal("nobody described '\(name)'\(near.map { "; did you mean '\($0)'?" } ?? "")")
    }

    /// The lab's report; nil where no database is named, so that the files can be asked on any machine.
    private func lab() async throws -> (report: TypesReport, lava: LAVATypes?)? {
      do {
        return try await options.report()
      } catch is DatabaseLocation.Unknown {
        return nil
      }
    }
  }
}

extension TypesReport.Line {
  fileprivate func json(with disagreements: [TypesReport.Disagreement]) -> JSONValue {
    guard case .object(var object) = json else { return json }
    object["disagreements"] = .array(disagreements.map(\.json))
    return .object(object)
  }
}

extension TypesReport.Boards {
  fileprivate var words: String {
    var words = ["\(count)"]
    if registered > 0 { words.append("\(registered) registered with facts of their own") }
    if rendered > 0 { words.append("\(rendered) with a dictionary that LAVA rendered") }
    if failed > 0 { words.append("\(failed) of which LAVA renders none") }
    if variants > 1 { words.append("whose dictionaries say \(variants) different things; see 'boardcast boards show'") }
    return words.joined(separator: ", ")
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
