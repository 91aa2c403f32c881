import ArgumentParser
import PostgresClient
import SchedulerPlugin

extension RulesCommand {
  struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "What would past events make today, with these rules and with others? Writes nothing.",
      discussion: """
        Decides the events once more on today's inventory. Board-hours are medians of LAVA's own finished jobs: of the \
        same device type and template, else of the device type. Limits, windows and newer builds are left out.
        """)

    @OptionGroup var places: PlaceOptions
    @OptionGroup var output: OutputOptions
    @Option(help: "How far back: a number and m, h, d or w.", transform: seconds) var since = 7 * 86_400
    @Option(
      help: ArgumentHelp(
        "The other rules, in place of the lab's and the shipped YAML rules; rules in Swift stay.", valueName: "folder"))
    var rules: String?

    func run() async throws {
      let configuration = try places.configuration()
      var folders = configuration.folders
      let files = LabFiles.read(folders)
      var other: LabFiles?
      if let rules {
        folders.rules = [rules]
        let read = LabFiles.read(folders)
        let wrong = read.mistakes.filter { !files.mistakes.contains($0) }
        for mistake in wrong { Terminal.complain("\(mistake)") }
        guard wrong.isEmpty else { throw ExitCode(1) }
        guard read.hasDeclaredRules else { throw CommandRefusal("\(rules): no rule file is there") }
        other = read
      }
      let (since, others) = (since, other)
      let terms = try places.terms(configuration)
      let replay = try await places.withConnection {
        try await $0.withTransaction(.repeatableRead, readOnly: true) {
          try SchedulerPlugin.Replay.run(last: since, files: files, other: others, terms: terms, $0)
        }
      }
      output.print(replay.json) {
        printLines(replay)
        let (current, new) = replay.totals
        print("\(replay.events) events; the rules in force: \(words(current))")
        guard let rules else { return }
        print("with \(rules): \(words(new))")
        print(
          "difference: \(signed(Double(new.jobs - current.jobs), 0)) jobs, "
            + "\(signed(new.hours - current.hours, 1)) board-hours")
      }
    }

    private func printLines(_ replay: SchedulerPlugin.Replay) {
      if replay.hasOther {
        var table = Table("EVENT", "RULE", "JOBS", "OTHER", "ADDED", "REMOVED", "HOURS", "OTHER", "BUILD")
        for line in replay.lines {
          table.add(
            "\(line.event)", line.rule, "\(line.current.jobs)", "\(line.other.jobs)", "\(line.added)",
            "\(line.removed)",
            hours(line.current), hours(line.other), line.build)
        }
        table.print()
      } else {
        var table = Table("EVENT", "RULE", "JOBS", "HOURS", "BUILD")
        for line in replay.lines {
          table.add("\(line.event)", line.rule, "\(line.current.jobs)", hours(line.current), line.build)
        }
        table.print()
      }
    }

    private func hours(_ work: SchedulerPlugin.Replay.Work) -> String {
      work.jobsOfUnknownLength == work.jobs && work.jobs > 0 ? "unknown" : tenths(work.hours)
    }

    private func words(_ work: SchedulerPlugin.Replay.Work) -> String {
      let unknown = work.jobsOfUnknownLength
      return "\(work.jobs) jobs, \(tenths(work.hours)) board-hours"
        + (unknown > 0 ? " beside \(unknown) jobs of unknown length" : "")
    }

    private func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

    private func signed(_ value: Double, _ digits: Int) -> String {
      let text = digits == 0 ? "\(Int(abs(value)))" : tenths(abs(value))
      return (value < 0 ? "-" : "+") + text
    }

    private static func seconds(_ word: String) throws -> Int {
      let units: [Character: Int] = ["m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
      guard let unit = word.last.flatMap({ units[$0] }), let count = Int(word.dropLast()), 1...10_000 ~= count else {
        throw ValidationError("'\(word)' is no length of time; write it as 7d, with m, h, d or w")
      }
      return count * unit
    }
  }
}
