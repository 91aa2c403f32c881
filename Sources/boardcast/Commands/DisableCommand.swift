import ArgumentParser
import PostgresClient
import SchedulerPlugin

struct DisableCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "disable",
    abstract: "Takes Boardcast's triggers and rights out of LAVA's database; its history stays.",
    discussion: """
      Stop 'boardcast serve' first. Jobs that are in LAVA's queue stay there and run. 'boardcast enable' brings \
      everything back. With --purge the database is as it was before Boardcast: the schema with all its history, the \
      role, and the tags that name one board are gone; a tag that LAVA's own job rows name is left and told.
      """)

  @OptionGroup var places: PlaceOptions
  @OptionGroup var roles: RoleOptions

  @Flag(help: "Remove everything, history too.")
  var purge = false

  @Flag(help: "Print the SQL, do nothing.")
  var dryRun = false

  func run() async throws {
    let location = try places.location(places.configuration(), asOwner: true)
    let log = EnablingLog(isDryRun: dryRun) { print($0) }
    try await places.withConnection(to: location) { connection in
      try await Disabling(
        connection, work: location.configuration, role: roles.own(places),
        superuser: try roles.superuserConfiguration(), log: log, logger: places.logger
      ).run(purge: purge)
    }
    if log.steps == 0 {
      print(dryRun ? "-- There is nothing to do." : "There was nothing to do.")
    } else if !dryRun {
      print(purge ? "Boardcast is gone from this database." : "Boardcast is disabled; its history is kept.")
    }
  }
}
