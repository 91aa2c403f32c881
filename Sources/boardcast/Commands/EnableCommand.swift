import ArgumentParser
import PostgresClient
import SchedulerPlugin

/// Who makes and drops Boardcast's own role, and how it is called.
struct RoleOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Boardcast's own database role.", valueName: "name"))
  var role: String?

  @Option(
    help: ArgumentHelp(
      "Who may make and drop roles, as a libpq URL or keyword string. Default: root asks the system's user postgres.",
      valueName: "url"))
  var superuser: String?

  func superuserConfiguration() throws -> PostgresConfiguration? {
    try superuser.map { try PostgresConfiguration(connectionString: $0) }
  }

  func own(_ places: PlaceOptions) -> OwnRole {
    OwnRole(name: role ?? OwnRole.standard, file: RoleFile(folder: places.configDir))
  }
}

struct EnableCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enable",
    abstract: "Puts Boardcast into LAVA's database: tables, triggers, a role of its own. Harmless when it is there.",
    discussion: """
      Everything goes into the schema 'boardcast'; nothing of LAVA's is changed. Run it as root on the LAVA server, \
      again after each upgrade of Boardcast. The connection must be that of LAVA's own role, which owns LAVA's tables. \
      The role gets the rights it needs and no more, and its connection string goes to the file 'database' beside \
      config.yaml, where 'serve' finds it. With --database the role is made when --role names it.
      """)

  @OptionGroup var places: PlaceOptions
  @OptionGroup var roles: RoleOptions

  @Flag(help: "Make no role: 'serve' works with LAVA's own.")
  var asLava = false

  @Flag(help: "Print the SQL, do nothing.")
  var dryRun = false

  func run() async throws {
    let location = try places.location(places.configuration(), asOwner: true)
    let wantsRole = !asLava && (roles.role != nil || !places.isDatabaseGiven)
    let log = EnablingLog(isDryRun: dryRun) { print($0) }
    try await places.withConnection(to: location) { connection in
      try await Enabling(
        connection, work: location.configuration, migrations: try places.migrations(),
        role: wantsRole ? roles.own(places) : nil, superuser: try roles.superuserConfiguration(), log: log,
        logger: places.logger
      ).run()
    }
    if dryRun {
      if log.steps == 0 { print("-- Boardcast is enabled; there is nothing to do.") }
    } else if log.steps == 0 {
      print("Boardcast is enabled; there was nothing to do.")
    } else {
      print("Boardcast is enabled. Start 'boardcast serve' beside lava-scheduler.")
    }
  }
}
