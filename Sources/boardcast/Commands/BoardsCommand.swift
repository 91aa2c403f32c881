import ArgumentParser
import BoardInventory
import BuildEvents
import Matcher
import PostgresClient
import SchedulerPlugin

struct BoardsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "boards", abstract: "The boards of the lab: what they can run, and whether they can now.",
    subcommands: [List.self, Show.self, Apply.self, Retire.self, Export.self, Refresh.self],
    defaultSubcommand: List.self)

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Everything about one board: why it is available or not, and where each fact comes from.")

    @OptionGroup var places: PlaceOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "LAVA's hostname of the device.") var hostname: String

    func run() async throws {
      let lab = try await places.lab()
      guard let board = lab.board(named: hostname) else {
        let near = NearestName.to(hostname, among: lab.boards.map(\.board.hostname))
        throw CommandRefusal("LAVA has no board '\(hostname)'\(near.map { "; did you mean '\($0)'?" } ?? "")")
      }
      let record = try await places.registration(of: hostname)
      output.print(board.detailedJSON) {
        print("board:        \(board.board.hostname)")
        print("device type:  \(([board.board.deviceType] + board.board.aliases).joined(separator: ", also "))")
        print("health:       \(board.health)")
        print("state:        \(board.state)")
        print("worker:       \(board.row.worker.map { "\($0.hostname) (\($0.words))" } ?? "none")")
        print("tags:         \(board.board.tags.sorted().joined(separator: ", "))")
        if !board.description.isEmpty { print("description:  \(board.description)") }
        if board.isSynced { print("belongs to:   LAVA's sync, which takes it from its dictionary") }
        if let record { print("registered:   \(record.source)") }
        print("available:    \(board.board.availability.kind.rawValue)")
        for fact in board.board.availability.facts { print("              \(Reason(fact))") }
        print("can run:      \(board.board.capabilities.words)")
        board.printFacts()
      }
    }
  }
}

extension PlaceOptions {
  /// The lab as it is now.
  func lab() async throws -> LabSnapshot {
    let catalogue = LabFiles.read(try configuration().folders).catalogue
    return try await withConnection { connection in
      try await connection.withTransaction(.repeatableRead, readOnly: true) {
        try LabSnapshot.read($0, catalogue: catalogue)
      }
    }
  }
}

extension PlaceOptions {
  /// What `boards apply` wrote down of a board; nil when it never did, or Boardcast is not enabled.
  fileprivate func registration(of hostname: String) async throws -> RegistrationRecord? {
    do {
      return try await withConnection { connection in
        try await connection.withTransaction(.repeatableRead, readOnly: true) {
          try RegistrationFacts.read([hostname], $0).records[hostname]
        }
      }
    } catch is NotEnabled {
      return nil
    }
  }
}

extension Capabilities {
  /// The capabilities in one line; what is unknown is called so.
  var words: String {
    guard isDescribed else { return "unknown" }
    return [
      Self.words(architectures), Self.words(imageFamilies), "boots by " + Self.words(bootMethods),
    ].joined(separator: "; ")
  }

  private static func words<Name: CustomStringConvertible>(_ set: CapabilitySet<Name>) -> String {
    set.isKnown ? set.elements.map(\.description).joined(separator: " ") : "unknown"
  }
}
