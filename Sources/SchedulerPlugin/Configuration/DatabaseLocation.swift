import Foundation
public import PostgresClient

/// Which database to use, and who said so.
public struct DatabaseLocation: Sendable {
  /// How to connect.
  public let configuration: PostgresConfiguration
  /// Who named it, in words for people: an option, a variable, or a file.
  public let source: String

  /// A database and who named it.
  public init(configuration: PostgresConfiguration, source: String) {
    self.configuration = configuration
    self.source = source
  }

  /// Nobody named a database.
  public struct Unknown: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line with the mend.
    public let description =
      "no database is named; give --database, set BOARDCAST_DATABASE, write 'database:' into config.yaml, "
      + "or run on a LAVA server, whose settings are read"
  }

  /// Finds the database: the option, `BOARDCAST_DATABASE`, the configuration file, the file of Boardcast's own role,
  /// LAVA's own settings, in that order.
  ///
  /// - Parameter role: the file that `enable` wrote; nil for what only LAVA's own role may do.
  ///
  /// Throws `Unknown`, `FileMistake`, or `PostgresError` for a connection string that is none (its text never shows a password).
  public static func find(
    option: String?, environment: [String: String], file: (path: String, database: String?),
    role: RoleFile? = nil, lava: LAVASettings = LAVASettings()
  ) throws -> DatabaseLocation {
    if let option { return try .init(option, "--database") }
    if let variable = environment["BOARDCAST_DATABASE"], !variable.isEmpty {
      return try .init(variable, "BOARDCAST_DATABASE")
    }
    if let database = file.database { return try .init(database, file.path) }
    if let role, let found = try role.configuration() {
      return DatabaseLocation(configuration: found, source: role.path)
    }
    if let found = try lava.database(environment: environment) {
      return DatabaseLocation(configuration: PostgresConfiguration(parameters: found.parameters), source: found.source)
    }
    throw Unknown()
  }

  /// Whether this is the database of LAVA's settings, whoever connects to it, as far as names tell. LAVA's publisher
  /// must hear of no other database's jobs: of some versions it waits for ever for a job that is not there.
  public func isLAVAs(_ lava: [String: String]?) -> Bool {
    guard let lava else { return false }
    func place(_ parameters: [String: String]) -> [String] {
      let host = parameters["host"] ?? ""
      let isHere = ["", "localhost", "127.0.0.1", "::1"].contains(host) || host.hasPrefix("/")
      return [isHere ? "" : host, parameters["port"] ?? "5432", parameters["dbname"] ?? ""]
    }
    return place(configuration.parameters) == place(lava)
  }

  private init(_ text: String, _ source: String) throws {
    self.init(configuration: try PostgresConfiguration(connectionString: text), source: source)
  }
}
