import ArgumentParser
import Foundation
import Matcher
import PostgresClient
import SchedulerPlugin

extension RulesCommand {
  struct Pause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lets a rule queue nothing for now; its work waits and says so.")

    @OptionGroup var places: PlaceOptions
    @OptionGroup var which: Which
    @Option(help: "Why, for whoever asks.") var reason: String

    func run() async throws {
      let rule = try which.rule(places)
      let reason = reason
      try await places.withConnection { connection in
        try await connection.withTransaction {
          try RulePause.pause(rule, by: NSUserName(), reason: reason, $0)
        }
      }
      print("\(rule.map { "rule \($0)" } ?? "everything") is paused")
    }
  }

  struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lets a paused rule go on.")

    @OptionGroup var places: PlaceOptions
    @OptionGroup var which: Which

    func run() async throws {
      let rule = try which.rule(places)
      let wasPaused = try await places.withConnection { connection in
        try await connection.withTransaction { try RulePause.resume(rule, $0) }
      }
      print("\(rule.map { "rule \($0)" } ?? "everything") \(wasPaused ? "goes on" : "was not paused")")
    }
  }

  struct Which: ParsableArguments {
    @Argument(help: "The rule's name.") var name: String?
    @Flag(help: "All rules.") var all = false

    func validate() throws {
      guard (name != nil) != all else { throw ValidationError("name a rule, or say --all") }
    }

    /// The rule's name, if there is such a rule; nil for all.
    func rule(_ places: PlaceOptions) throws -> String? {
      guard let name else { return nil }
      let names = LabFiles.read(try places.configuration().folders).rules.map(\.name)
      guard names.contains(name) else {
        let near = NearestName.to(name, among: names.sorted()).map { "; did you mean '\($0)'?" }
        throw CommandRefusal("there is no rule '\(name)'\(near ?? "")")
      }
      return name
    }
  }
}
