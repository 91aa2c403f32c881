import ArgumentParser
import BoardInventory
import BuildEvents
import Foundation
import Matcher
import PostgresClient
import SchedulerPlugin

extension BoardsCommand {
  struct Apply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes the lab's boards what their files say, and shows the difference first.",
      discussion: """
        A file describes one board, or several under 'boards:'; of a folder every .yaml file is read. Keys: board, \
        device_type, worker, tags, description, health, capabilities, dictionary or dictionary_file. What a file does \
        not mention stays as it is. With one mistake in one file nothing is applied.

        A board LAVA does not have is put in as 'lava-server manage devices add' would, with the health Unknown unless \
        the file says good, maintenance or retired: LAVA then runs the type's health check first. What LAVA has is \
        changed by LAVA's own command. What somebody changed by hand since the last apply is left alone, and said, \
        unless --force is given. Boards of LAVA's sync are left to it.

        Afterwards LAVA is asked whether it accepts the boards. Interrupted between two boards, the next apply goes on \
        from there.

        Exit codes: 0 done or nothing to do; 1 a mistake, a conflict, or a board LAVA does not accept; 3 with --dry-run, \
        when there is something to do; 130 interrupted.
        """)

    @OptionGroup var places: PlaceOptions
    @OptionGroup var lava: LAVAPlaceOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "A board file, or a folder of them.") var path: String
    @Flag(help: "Show what would be done, and do nothing.") var dryRun = false
    @Flag(help: "Retire boards that an earlier apply of this path put in and that it names no more.") var prune = false
    @Flag(help: "Overwrite what somebody changed by hand.") var force = false
    @Flag(help: "Make workers that LAVA does not have.") var createWorker = false
    @Flag(help: "Show the changed lines of dictionaries, which may hold passwords.") var showDictionary = false

    func run() async throws {
      let files = BoardFiles(at: path)
      try Self.refuse(files.mistakes, files)
      let configuration = try places.configuration()
      let work = Work(
        files: files, folder: try lava.folder(configuration), lava: lava.command(configuration),
        templates: try lava.templates(configuration), options: self)
      let report = try await Interruption.whileTrapped { interruption in
        try await places.withConnection(asOwner: true) { try await work.run(on: $0, interruption) }
      }
      report.show(output)
      if report.code != 0 { throw ExitCode(report.code) }
    }

    static func refuse(_ mistakes: [FileMistake], _ files: BoardFiles) throws {
      guard !mistakes.isEmpty else { return }
      for mistake in mistakes { Terminal.complain("\(mistake)") }
      let count = mistakes.count == 1 ? "1 mistake" : "\(mistakes.count) mistakes"
      throw CommandRefusal("\(count); nothing was applied")
    }
  }
}

extension BoardsCommand.Apply {
  /// One apply, from the first look to the last question.
  struct Work: Sendable {
    let files: BoardFiles
    let folder: DictionaryFolder
    let lava: LAVACommand
    let templates: LAVATemplates
    let options: BoardsCommand.Apply

    func run(on connection: PostgresConnection, _ interruption: Interruption) async throws -> ApplyReport {
      let progress = ProgressLine()
      if !options.dryRun { try await Registrar.claim(connection) }
      let survey = try await RegistrationSurvey.make(
        files.boards.map(\.hostname), scope: files.scope, folder: folder, on: connection
      ) { progress.show("\($0 + 1)/\($1) dictionaries read") }
      progress.end()
      try BoardsCommand.Apply.refuse(
        survey.mistakes(in: files, templates: templates, createsWorkers: options.createWorker), files)
      let plan = RegistrationPlan(
        files, survey.facts, found: survey.found, force: options.force, prune: options.prune)
      var report = ApplyReport(plan: plan, isDryRun: options.dryRun)
      if !options.output.json { report.printDiff(showsDictionary: options.showDictionary) }
      guard !options.dryRun else { return report }
      try await carryOut(plan, on: connection, &report, interruption, progress)
      return report
    }

    private func carryOut(
      _ plan: RegistrationPlan, on connection: PostgresConnection, _ report: inout ApplyReport,
      _ interruption: Interruption, _ progress: ProgressLine
    ) async throws {
      let registrar = Registrar(connection: connection, folder: folder, lava: lava, person: Self.person)
      var toAsk: [String] = []
      for (index, board) in plan.boards.enumerated() {
        if interruption.isWanted {
          report.isInterrupted = true
          break
        }
        guard board.conflicts.isEmpty else { continue }
        if !board.isEmpty {
          progress.show("\(index + 1)/\(plan.boards.count) \(board.hostname)")
          do {
            try await registrar.carryOut(board)
            progress.end()
            report.done(board, prints: !options.output.json)
          } catch let error {
            progress.end()
            if NotEnabled(error) != nil { throw error }
            report.failed(board, "\(error)", prints: !options.output.json)
            continue
          }
        }
        if board.mustBeAsked { toAsk.append(board.hostname) }
      }
      try await ask(toAsk, registrar, &report, interruption, progress)
    }

    private func ask(
      _ hostnames: [String], _ registrar: Registrar, _ report: inout ApplyReport, _ interruption: Interruption,
      _ progress: ProgressLine
    ) async throws {
      for start in stride(from: 0, to: hostnames.count, by: LAVAOpinion.atOnce) {
        if interruption.isWanted {
          report.isInterrupted = true
          break
        }
        let some = Array(hostnames[start..<min(start + LAVAOpinion.atOnce, hostnames.count)])
        progress.show("\(start + 1)/\(hostnames.count) LAVA is asked")
        defer { progress.end() }
        do {
          let refusals = try await LAVAOpinion.refusals(of: some, by: lava)
          try await registrar.accepted(some.filter { refusals[$0] == nil })
          report.refusals.merge(refusals) { _, new in new }
        } catch let error as PostgresError {
          throw error
        } catch {
          report.notAsked = "\(error)"
          break
        }
      }
    }

    private static var person: String {
      ProcessInfo.processInfo.environment["SUDO_USER"] ?? ProcessInfo.processInfo.userName
    }
  }
}
