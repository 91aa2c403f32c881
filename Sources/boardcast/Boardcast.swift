import ArgumentParser

/// The command line. Thin: every command gathers its options, calls SchedulerPlugin, and prints.
@main
struct Boardcast: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "boardcast",
    abstract: "Turns finished builds into LAVA test jobs on every board that can run them.",
    discussion: """
      The database is LAVA's own. It is found from --database, BOARDCAST_DATABASE, 'database:' in config.yaml, \
      the role that 'enable' made, or LAVA's settings on this machine, in that order; 'boardcast doctor' says which.

      Exit codes: 0 done, 1 something is wrong or was refused, 3 the answer is no (match: no job; boards apply \
      --dry-run: the lab is not as the files say), 64 wrong usage, 130 interrupted.
      """,
    version: "0.1.0",
    subcommands: [
      EnableCommand.self, DisableCommand.self, DoctorCommand.self, ServeCommand.self, BoardsCommand.self,
      TypesCommand.self,
      RulesCommand.self, TemplatesCommand.self,
      MatchCommand.self, SendCommand.self, EventsCommand.self, ExplainCommand.self, ProducersCommand.self,
      WatchCommand.self,
    ])
}
