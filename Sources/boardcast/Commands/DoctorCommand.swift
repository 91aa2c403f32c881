import ArgumentParser
import BuildEvents
import Foundation
import SchedulerPlugin

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Checks everything 'serve' needs, and says how to mend what is missing.")

  @OptionGroup var places: PlaceOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let configuration = try places.configuration()
    let location = try places.location(configuration)
    let doctor = await Doctor.examine(
      location, files: LabFiles.read(configuration.folders, mayCancel: configuration.mayCancel),
      migrations: try places.migrations(), dictionaries: configuration.dictionarySettings,
      environment: ProcessInfo.processInfo.environment, logger: places.logger)
    output.print([
      "healthy": .bool(doctor.isHealthy),
      "findings": .array(
        doctor.findings.map {
          .object([
            "subject": .string($0.subject), "verdict": .string($0.verdict.rawValue), "detail": .string($0.detail),
          ])
        }),
    ]) {
      for finding in doctor.findings {
        let mark: String =
          switch finding.verdict {
          case .good: Terminal.coloured("ok     ", .green)
          case .warning: Terminal.coloured("warning", .yellow)
          case .bad: Terminal.coloured("BAD    ", .red)
          }
        print("\(mark)  \(finding.subject): \(finding.detail)")
      }
    }
    if !doctor.isHealthy { throw ExitCode(1) }
  }
}
