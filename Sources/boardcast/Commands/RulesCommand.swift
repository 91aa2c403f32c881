import ArgumentParser
import BoardInventory
import BuildEvents
import SchedulerPlugin

struct RulesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules", abstract: "The rules in force, and whether they lead to LAVA jobs.",
    subcommands: [List.self, Check.self, Replay.self, Pause.self, Resume.self], defaultSubcommand: List.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Every rule, a line each.")

    @OptionGroup var places: PlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let files = LabFiles.read(try places.configuration().folders)
      output.print(files.rulesJSON) {
        var table = Table("RULE", "WRITTEN IN", "WHAT IT DOES")
        for rule in files.rules.sorted(by: { $0.name < $1.name }) {
          table.add(rule.name, (rule as? DeclaredRule)?.file ?? "Swift", rule.summary)
        }
        table.print()
      }
      for mistake in files.mistakes { Terminal.complain("\(mistake)") }
    }
  }
}
