import ArgumentParser
import Foundation
import Logging
import PostgresClient
import SchedulerPlugin

/// Where the database and the checked-in files are; shared by all commands.
struct PlaceOptions: ParsableArguments {
  @Option(help: ArgumentHelp("LAVA's database, as a libpq URL or keyword string.", valueName: "url"))
  var database: String?

  @Option(help: ArgumentHelp("The configuration folder.", valueName: "folder"))
  var configDir = ProcessInfo.processInfo.environment["BOARDCAST_CONFIG_DIR"] ?? "/etc/boardcast"

  @Option(help: "How much to log: trace, debug, info, notice, warning, error, critical.", transform: level)
  var logLevel: Logger.Level = .warning

  var logger: Logger {
    var logger = Logger(label: "boardcast", factory: { StreamLogHandler.standardError(label: $0) })
    logger.logLevel = logLevel
    return logger
  }

  /// The log of a service, which tells operators at `info` what it does.
  var talkative: Logger {
    var logger = logger
    logger.logLevel = min(logger.logLevel, .info)
    return logger
  }

  private static func level(_ word: String) throws -> Logger.Level {
    guard let level = Logger.Level(rawValue: word) else {
      throw ValidationError("'\(word)' is no log level; use one of \(Logger.Level.allCases.map(\.rawValue))")
    }
    return level
  }

  var shipped: String {
    let environment = ProcessInfo.processInfo.environment
    let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/usr/bin/boardcast"
    return ShippedFiles.locate(program: program, environment: environment)
  }

  func configuration() throws -> Configuration {
    try Configuration.read(folder: configDir, shipped: shipped)
  }

  /// - Parameter asOwner: for what only LAVA's own role may do; then the file of Boardcast's own role does not count.
  func location(_ configuration: Configuration, asOwner: Bool = false) throws -> DatabaseLocation {
    try DatabaseLocation.find(
      option: database, environment: ProcessInfo.processInfo.environment,
      file: (configuration.path, configuration.database), role: asOwner ? nil : RoleFile(folder: configDir))
  }

  /// On what terms jobs are submitted, LAVA's own settings included.
  func terms(_ configuration: Configuration) throws -> SubmissionTerms {
    var terms = configuration.terms
    terms.lava = try location(configuration).jobSettings(environment: ProcessInfo.processInfo.environment)
    return terms
  }

  /// Whether the caller named the database.
  var isDatabaseGiven: Bool {
    database != nil || !(ProcessInfo.processInfo.environment["BOARDCAST_DATABASE"] ?? "").isEmpty
  }

  func migrations() throws -> Migrations { try Migrations(directory: shipped + "/migrations") }

  /// Connects, works, and closes whatever happens.
  func withConnection<Value: Sendable>(
    asOwner: Bool = false, _ body: (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    try await withConnection(to: location(configuration(), asOwner: asOwner), body)
  }

  /// The same, where the caller knows the place.
  func withConnection<Value: Sendable>(
    to location: DatabaseLocation, _ body: (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    let connection = try await PostgresConnection.connect(location.configuration, logger: logger)
    do {
      let value = try await body(connection)
      await connection.close()
      return value
    } catch {
      await connection.close()
      throw NotEnabled(error) ?? error
    }
  }
}
