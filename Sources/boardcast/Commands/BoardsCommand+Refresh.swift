import ArgumentParser
import AsyncHTTPClient
import BoardInventory
import BuildEvents
import Matcher
import PostgresClient
import SchedulerPlugin

extension BoardsCommand {
  struct Refresh: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Asks LAVA now for the device dictionaries it renders; 'serve' does it in the background.",
      discussion: """
        Without names, boards are asked for that nobody asked for yet, whose file changed, or that were asked for long \
        ago. Each answer is kept at once: broken off, it goes on where it was. config.yaml says whom to ask: lava_url, \
        lava_token_file, dictionary_requests_per_second. Only what follows for a board is kept, never the text. \
        Exits 1 when LAVA cannot be asked, or gives nothing for a board.
        """)

    @OptionGroup var places: PlaceOptions
    @OptionGroup var output: OutputOptions
    @Option(help: ArgumentHelp("LAVA's address; default config.yaml's lava_url.", valueName: "url"))
    var lavaURL: String?
    @Flag(help: "Every board, however fresh.") var all = false
    @Argument(help: "Only these boards, however fresh.") var hostnames: [String] = []

    func run() async throws {
      let settings = try places.configuration().dictionarySettings
      guard let url = lavaURL ?? settings.lavaURL else {
        throw CommandRefusal("no LAVA is named; write 'lava_url:' into config.yaml, or give --lava-url")
      }
      let done = try await HTTPClient.withHTTPClient(configuration: LAVADictionaries.clientConfiguration) { client in
        try await places.withConnection { connection in
          let round = DictionaryRound(
            LAVADictionaries(client: client, lavaURL: url, token: settings.token), settings)
          let boards = try await connection.withTransaction { try DictionaryStore.boards($0) }
          let wanted = try wanted(boards, round)
          return try await ask(round, wanted, connection)
        }
      }
      output.print([
        "asked": .int(Int64(done.done)), "changed": .int(Int64(done.changed)), "failed": .int(Int64(done.failed)),
      ]) {
        print("\(done.done) boards asked for, \(done.changed) with news, \(done.failed) that LAVA renders nothing for")
      }
      if done.failed > 0 { throw ExitCode(1) }
    }

    private func wanted(_ boards: [DictionaryStore.Board], _ round: DictionaryRound) throws -> [String] {
      guard !hostnames.isEmpty else { return all ? boards.map(\.hostname) : round.due(boards) }
      let names = Set(boards.map(\.hostname))
      for name in hostnames where !names.contains(name) {
        let near = NearestName.to(name, among: names.sorted())
        throw CommandRefusal(
          "LAVA has no board '\(name)' that is not retired\(near.map { "; did you mean '\($0)'?" } ?? "")")
      }
      return hostnames
    }

    private func ask(
      _ round: DictionaryRound, _ wanted: [String], _ connection: PostgresConnection
    ) async throws -> DictionaryRound.Progress {
      let line = ProgressLine()
      var last = DictionaryRound.Progress(all: wanted.count)
      do {
        last = try await round.run(wanted, on: connection) { progress in
          last = progress
          if let problem = progress.last?.problem {
            line.say("\(progress.last?.hostname ?? ""): \(problem)")
          }
          line.show("\(progress.done) of \(progress.all) boards", deservesLine: progress.done % 100 == 0)
        }
        line.end()
        return last
      } catch let refused as LAVADictionaries.Refused {
        line.end()
        let kept = last.done > 0 ? " (\(last.done) of \(last.all) boards are done and kept)" : ""
        throw CommandRefusal("\(refused)\(kept)")
      }
    }
  }
}
