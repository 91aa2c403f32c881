import ArgumentParser
import BoardInventory
import BuildEvents
import Matcher
import PostgresClient
import SchedulerPlugin

extension BoardsCommand {
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Every board, a line each.",
      discussion: """
        With --watch the list stays: on a terminal it is drawn again at every change, else each board that changed is a \
        line, '-' before one that is gone. SIGINT ends it.
        """)

    @OptionGroup var places: PlaceOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var looking: SightOption
    @Flag(help: "Also tags, description, and why a board is not available.") var wide = false
    @Flag(help: "Stay, and show what changes.") var watch = false

    func validate() throws {
      if watch, looking.user != nil { throw ValidationError("--watch shows everything; leave out --as") }
    }

    func run() async throws {
      if watch { return try await follow() }
      let looking = looking
      let catalogue = LabFiles.read(try places.configuration().folders).catalogue
      let (lab, sight) = try await places.withConnection { connection in
        try await connection.withTransaction(.repeatableRead, readOnly: true) { session in
          (try LabSnapshot.read(session, catalogue: catalogue), try looking.sight(session))
        }
      }
      let shown = sight.boards(lab)
      output.print(sight.json(lab)) {
        BoardTable(wide: wide).print(shown)
        looking.printHidden(lab.boards.count - shown.count)
      }
    }

    private func follow() async throws {
      let configuration = try places.configuration()
      let files = LabFiles.read(configuration.folders)
      let (changes, change) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
      let inventory = LiveInventory(
        configuration: try places.location(configuration).configuration, catalogue: { files.catalogue },
        logger: places.logger, onChange: { change.yield() })
      // A database that is not there is told, and not waited for.
      _ = try await places.withConnection { try await $0.withSession { try LAVATables.read($0).missing } }
      try await Interruption.whileTrapped(onSignal: { change.finish() }) { _ in
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try await inventory.run() }
          var watching = BoardWatch(table: BoardTable(wide: wide), json: output.json)
          for await _ in changes { if let lab = inventory.current { watching.show(lab) } }
          inventory.stop()
          try await group.waitForAll()
        }
      }
    }
  }
}
