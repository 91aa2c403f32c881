import ArgumentParser
import BoardInventory
import BuildEvents
import Foundation
import PostgresClient
import SchedulerPlugin

extension BoardsCommand {
  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The lab's boards as files that 'apply' accepts and finds nothing to do for.",
      discussion: """
        Into a folder: HOST.yaml and HOST.jinja2 for each board, readable by their owner only, for dictionaries may hold \
        passwords. With '-', or without a folder, one file to standard output.
        """)

    @OptionGroup var places: PlaceOptions
    @OptionGroup var lava: LAVAPlaceOptions
    @Argument(help: "The folder to write to; '-' is standard output.") var folder = "-"
    @Flag(help: "Overwrite files that are there.") var force = false

    func run() async throws {
      let dictionaries = try lava.folder(try places.configuration())
      let survey = try await places.withConnection { connection in
        try await RegistrationSurvey.make(nil, folder: dictionaries, on: connection)
      }
      let boards = survey.facts.devices.sorted { $0.key < $1.key }
      if folder == "-" {
        let text = try BoardExport.text(
          boards: boards.map { hostname, device in
            let dictionary = survey.found[hostname]?.dictionary.map(BoardExport.Dictionary.inline) ?? .none
            return (hostname, device, survey.facts.records[hostname], dictionary)
          })
        print(text, terminator: "")
        return
      }
      try write(boards, survey)
      print("\(boards.count) boards written to \(folder)")
    }

    private func write(
      _ boards: [(key: String, value: RegistrationFacts.Device)], _ survey: RegistrationSurvey
    ) throws {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      var files: [(name: String, text: String)] = []
      for (hostname, device) in boards {
        guard !hostname.contains("/") else { throw CommandRefusal("'\(hostname)' is no file name; use 'export -'") }
        let dictionary = survey.found[hostname]?.dictionary
        let named = dictionary == nil || device.isSynced ? BoardExport.Dictionary.none : .file("\(hostname).jinja2")
        if case .file(let name) = named, let dictionary { files.append((name, dictionary.text)) }
        files.append(
          ("\(hostname).yaml", try BoardExport.text(hostname, device, survey.facts.records[hostname], named)))
      }
      if !force, let there = files.first(where: { FileManager.default.fileExists(atPath: "\(folder)/\($0.name)") }) {
        throw CommandRefusal("\(folder)/\(there.name) is there already; choose an empty folder, or give --force")
      }
      for file in files {
        let path = "\(folder)/\(file.name)"
        let isWritten = FileManager.default.createFile(
          atPath: path, contents: Data(file.text.utf8), attributes: [.posixPermissions: 0o600])
        guard isWritten else { throw CommandRefusal("\(path) cannot be written") }
      }
    }
  }
}
