import ArgumentParser
import AsyncHTTPClient
import BoardInventory
import BuildEvents
import SchedulerPlugin

struct RulesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules", abstract: "The rules in force, and whether they lead to LAVA jobs.",
    subcommands: [List.self, Check.self, Pause.self, Resume.self], defaultSubcommand: List.self)

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

  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tries every rule and template; exits 1 when one has a mistake.")

    @OptionGroup var places: PlaceOptions
    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("Ask this LAVA too whether it would take the jobs.", valueName: "url"))
    var lavaURL: String?

    func run() async throws {
      let configuration = try places.configuration()
      let check = RuleCheck(LabFiles.read(configuration.folders))
      var mistakes = check.mistakes.map(\.description)
      if let lava = lavaURL ?? configuration.lavaURL {
        mistakes += try await refusals(of: check, by: lava)
      }
      output.print([
        "templates": .array(check.jobs.map { .string($0.template) }),
        "mistakes": .array(mistakes.map(JSONValue.string)),
      ]) {
        for job in check.jobs { print("renders  \(job.template)") }
        for mistake in mistakes { Terminal.complain(mistake) }
      }
      if !mistakes.isEmpty { throw ExitCode(1) }
    }

    private func refusals(of check: RuleCheck, by lava: String) async throws -> [String] {
      do {
        return try await HTTPClient.withHTTPClient(configuration: .oneAttempt) { client in
          let validator = LAVAValidator(client: client, lavaURL: lava)
          var refusals: [String] = []
          for job in check.jobs {
            if let refusal = try await validator.refusal(of: job.definition) {
              refusals.append("\(job.file): LAVA refuses the job: \(refusal)")
            }
          }
          return refusals
        }
      } catch {
        throw CommandRefusal("LAVA cannot be asked at \(lava); is it running there?")
      }
    }
  }
}
