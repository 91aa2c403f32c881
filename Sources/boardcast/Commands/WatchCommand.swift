import ArgumentParser
import BuildEvents
import Foundation
import SchedulerPlugin

struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "What a watch of a place where builds are published would find now.",
    discussion: """
      Looks once and keeps nothing: for whoever writes a source's 'watch'. Watching itself is what 'serve' does, for \
      every source whose file has it. With --json each build is the message that 'producers check' takes.
      """)

  @OptionGroup var places: PlaceOptions
  @OptionGroup var output: OutputOptions
  @Flag(help: "Look once; there is no other way yet.") var once = false
  @Argument(help: "The folder's, the list's or the moving link's URL.") var url: String
  @Option(help: "listing, index or link.") var kind = "listing"
  @Option(help: "Which folders are builds: a pattern for each part of the path.") var builds = "*"
  @Option(help: "A file that a build must have, such as 'images/*.gz'; may be given several times.") var files:
    [String] =
      []
  @Option(help: "How many of the newest to print.") var limit = 20

  func run() async throws {
    guard once else { throw ValidationError("write --once; 'serve' watches what the sources' files name") }
    let found: WatchTrial
    do {
      found = try await WatchTrial.look(
        at: url, kind: kind, builds: builds, files: files, policy: try places.configuration().outbound)
    } catch let refusal as EventRefusal {
      throw CommandRefusal(refusal.description)
    }
    output.print(found.json) {
      var table = Table("BUILD", "FILES", "URL")
      for build in found.builds.suffix(max(limit, 0)) {
        let names = build.files.prefix(3).joined(separator: ", ")
        table.add(build.key, build.files.count > 3 ? "\(names), … (\(build.files.count))" : names, build.url)
      }
      table.print()
      if found.builds.isEmpty { print("no build is there") }
    }
    if let trouble = found.trouble {
      FileHandle.standardError.write(Data((trouble + "\n").utf8))
      throw ExitCode(1)
    }
  }
}
