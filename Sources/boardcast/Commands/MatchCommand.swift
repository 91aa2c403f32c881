import ArgumentParser
import BoardInventory
import BuildEvents
import Foundation
import Matcher
import PostgresClient
import SchedulerPlugin

struct MatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "match",
    abstract: "What would an event do now? Writes nothing.",
    discussion: "Exits 0 when at least one board would get a job, 3 when none would.")

  @OptionGroup var places: PlaceOptions
  @OptionGroup var output: OutputOptions
  @Argument(help: "A file with the event, a plain record or a structured CloudEvent.") var file: String
  @Option(help: "As if this LAVA user had sent it.") var user: String?
  @Flag(help: "Print the jobs that would be queued.") var jobs = false

  func run() async throws {
    let event = try EventFile.read(file)
    let configuration = try places.configuration()
    let files = LabFiles.read(configuration.folders)
    let terms = try places.terms(configuration)
    let user = user
    let trial = try await places.withConnection { connection in
      try await connection.withTransaction(.repeatableRead, readOnly: true) {
        try Trial.run(event, files: files, user: user, terms: terms, $0)
      }
    }
    output.print(trial.json) {
      for line in trial.ignoring { print(line) }
      var table = Table("RULE", "BOARD", "TYPE", "JOB", "WHY NOT")
      for line in trial.lines {
        table.add(
          line.rule, line.board, line.deviceType, line.wouldQueue ? "now" : line.isCompatible ? "later" : "no",
          line.reasons.map(\.description).joined(separator: "; "))
      }
      table.print()
      if jobs { for job in trial.jobs { print("\n# \(job.rule) on \(job.board)\n\(job.definition)") } }
    }
    if !trial.lines.contains(where: \.isCompatible) { throw ExitCode(3) }
  }
}

/// An event in a file, for `match` and `send`.
enum EventFile {
  static func bytes(_ path: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandRefusal("\(path): the file cannot be read")
    }
    return Array(data)
  }

  /// `application/cloudevents+json` when it says `specversion`, else `application/json`.
  static func contentType(_ bytes: [UInt8]) throws -> String {
    try JSONValue.parse(bytes)["specversion"] == nil ? "application/json" : "application/cloudevents+json"
  }

  static func read(_ path: String) throws -> BuildEvent {
    let bytes = try bytes(path)
    do {
      return try BuildEvent.decode(contentType: contentType(bytes), headers: [], body: bytes)
    } catch {
      throw CommandRefusal("\(path): \(error)")
    }
  }
}
