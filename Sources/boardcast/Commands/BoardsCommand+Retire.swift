import ArgumentParser
import BoardInventory
import BuildEvents
import Matcher
import PostgresClient
import SchedulerPlugin

extension BoardsCommand {
  struct Retire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes boards out of service for good, by LAVA's own command.",
      discussion:
        "Their rows, jobs and dictionaries stay. Boards of LAVA's sync are refused: take their dictionary away.")

    @OptionGroup var places: PlaceOptions
    @OptionGroup var lava: LAVAPlaceOptions
    @Argument(help: "LAVA's hostnames of the devices.") var hostnames: [String]

    func run() async throws {
      let command = lava.command(try places.configuration())
      let facts = try await places.withConnection(asOwner: true) { connection in
        try await connection.withTransaction(.repeatableRead, readOnly: true) {
          try RegistrationFacts.read(nil, $0)
        }
      }
      var refusals = 0
      for hostname in hostnames {
        do {
          print("\(hostname): \(try await retire(hostname, facts, command))")
        } catch {
          refusals += 1
          Terminal.complain("\(error)")
        }
      }
      if refusals > 0 { throw ExitCode(1) }
    }

    private func retire(
      _ hostname: String, _ facts: RegistrationFacts, _ command: LAVACommand
    ) async throws -> String {
      guard let device = facts.devices[hostname] else {
        let near = NearestName.to(hostname, among: facts.devices.keys)
        throw CommandRefusal("LAVA has no board '\(hostname)'\(near.map { "; did you mean '\($0)'?" } ?? "")")
      }
      if device.isSynced {
        throw CommandRefusal(
          "\(hostname) belongs to LAVA's sync; take its dictionary away and run 'lava-server manage sync'")
      }
      guard device.health != DeviceHealth.retired.rawValue else { return "is retired already" }
      let words = ["devices", "update", hostname, "--health=RETIRED"]
      guard command.program != nil else {
        throw CommandRefusal("\(hostname): LAVA's command is not here; run '\(command.line(words))' where LAVA is")
      }
      let outcome = try await command.run(words)
      guard outcome.status == 0 else {
        throw CommandRefusal("\(hostname): '\(command.line(words))' did not do it: \(outcome.reason)")
      }
      return "retired"
    }
  }
}
