import ArgumentParser
import BuildEvents
import SchedulerPlugin

struct TemplatesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "templates", abstract: "The job templates in force, which images each needs, and the jobs they make.",
    subcommands: [List.self, Jobs.self], defaultSubcommand: List.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Every template, a line each.")

    @OptionGroup var places: PlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let files = LabFiles.read(try places.configuration().folders)
      output.print(files.templates.json) {
        var table = Table("TEMPLATE", "NEEDS THE IMAGES", "DEPLOYS BY", "FILE")
        for line in files.templates.lines {
          let needs = line.needs.map { $0.joined(separator: " + ") }.joined(separator: " or ")
          table.add(line.name, needs.isEmpty ? "-" : needs, line.deploys.joined(separator: ", "), line.file)
        }
        table.print()
        print("\ntest blocks: \(files.templates.tests.joined(separator: ", "))")
      }
      for mistake in files.mistakes { Terminal.complain("\(mistake)") }
    }
  }

  struct Jobs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The job of every template for every device type of the catalogue, a line of JSON each.",
      discussion: "'scripts/templates' shows them to LAVA's own schema and dispatcher.")

    @OptionGroup var places: PlaceOptions

    @Option(help: "Only this device type; may be repeated.")
    var deviceType: [String] = []

    @Option(help: "A test block to put in place of the templates' own; may be repeated.")
    var tests: [String] = []

    func run() async throws {
      let files = LabFiles.read(try places.configuration().folders)
      for mistake in files.mistakes { Terminal.complain("\(mistake)") }
      let trial = TemplateTrial(files, types: deviceType.isEmpty ? nil : Set(deviceType), tests: tests)
      for job in trial.jobs { print(job.json.canonical) }
      if !files.mistakes.isEmpty { throw ExitCode(1) }
    }
  }
}
