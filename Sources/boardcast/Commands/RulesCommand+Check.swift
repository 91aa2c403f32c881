import ArgumentParser
import AsyncHTTPClient
import BoardInventory
import BuildEvents
import PostgresClient
import SchedulerPlugin

extension RulesCommand {
  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tries every rule and template, and holds the rules against the lab.",
      discussion: """
        Where a database is found, the rules are held against the lab as it is: rules that can never match, names that \
        LAVA does not have, templates that give no job on some type, rules that double each other, and how many jobs \
        each rule's example would make now. Writes nothing. Exits 1 for mistakes; warnings count with --strict.
        """)

    @OptionGroup var places: PlaceOptions
    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("Ask this LAVA too whether it would take the jobs.", valueName: "url"))
    var lavaURL: String?
    @Flag(help: "Look at the files alone, not at the lab.") var offline = false
    @Flag(help: "Warnings are as bad as mistakes.") var strict = false

    func run() async throws {
      let configuration = try places.configuration()
      let files = LabFiles.read(configuration.folders, mayCancel: configuration.mayCancel)
      let check = RuleCheck(files)
      var mistakes = check.mistakes.map(\.description)
      if let lava = lavaURL ?? configuration.lavaURL {
        mistakes += try await refusals(of: check, by: lava)
      }
      let (lab, whyNoLab) = try await heldAgainstTheLab(files, configuration)
      let findings = lab?.findings ?? []
      mistakes += findings.filter(\.isMistake).map(\.what.description)
      let warnings = findings.filter { !$0.isMistake }.map(\.what.description)
      output.print([
        "templates": .array(check.jobs.map { .string($0.template) }),
        "mistakes": .array(mistakes.map(JSONValue.string)),
        "warnings": .array(warnings.map(JSONValue.string)),
        "examples": lab.map { .array($0.estimates.map(\.json)) } ?? .null,
      ]) {
        for job in check.jobs { print("renders  \(job.template)") }
        for estimate in lab?.estimates ?? [] { print("example  \(estimate)") }
        if let whyNoLab { print("not held against a lab: \(whyNoLab)") }
        for mistake in mistakes { Terminal.complain(mistake) }
        for warning in warnings { Terminal.complain("warning: \(warning)") }
      }
      if !mistakes.isEmpty || (strict && !warnings.isEmpty) { throw ExitCode(1) }
    }

    /// What the lab says; nil where nobody named a database, or why it cannot be asked.
    private func heldAgainstTheLab(
      _ files: LabFiles, _ configuration: Configuration
    ) async throws -> (LabCheck?, String?) {
      guard !offline else { return (nil, nil) }
      do {
        let terms = try places.terms(configuration)
        let lab = try await places.withConnection { connection in
          try await connection.withTransaction(.repeatableRead, readOnly: true) {
            try LabCheck.run(files, terms: terms, $0)
          }
        }
        return (lab, nil)
      } catch let error as PostgresError {
        return (nil, "\(error)")
      } catch let error as DatabaseLocation.Unknown {
        return (nil, "\(error)")
      } catch let error as NotEnabled {
        return (nil, "\(error)")
      } catch let error as NotALAVADatabase {
        return (nil, "\(error)")
      }
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
