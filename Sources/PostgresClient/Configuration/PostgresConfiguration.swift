/// Where the database is, who we are, and how long we wait.
///
/// Every libpq parameter is passed through (PostgreSQL manual 34.1.2): several hosts with `target_session_attrs`, TLS
/// (`sslmode`, `sslrootcert` …), `passfile`, `service`. What is not given here libpq takes from the `PG…` environment
/// variables and its own defaults.
///
/// ```swift
/// var configuration = try PostgresConfiguration(connectionString: "postgresql://lava@db1,db2/lavaserver?sslmode=verify-full")
/// configuration.statementTimeout = .seconds(30)
/// ```
public struct PostgresConfiguration: Sendable, Hashable {
  /// The libpq parameters as given, with the password. ``description`` leaves it out.
  public internal(set) var parameters: [String: String]

  /// What `pg_stat_activity` shows us as. Default `boardcast`.
  public var applicationName: String {
    get { parameters["application_name"] ?? "boardcast" }
    set { parameters["application_name"] = newValue }
  }

  /// The longest time for making a connection to one host, from 0.1 s on; after it the next host is tried. Default 5 s.
  ///
  /// Name resolution is not in it: `getaddrinfo` cannot be interrupted.
  public var connectTimeout: Duration = .seconds(5)

  /// The server ends a statement that runs longer. Nil leaves the server's own setting.
  public var statementTimeout: Duration?

  /// The server ends a statement that waits longer for a lock. Nil leaves the server's own setting.
  public var lockTimeout: Duration?

  /// The server ends a session that stays idle inside a transaction for longer. Nil leaves the server's own setting.
  public var idleInTransactionTimeout: Duration?

  /// Settings for the session (`SET name = value`), sent with the connection request.
  public var sessionSettings: [String: String] = [:]

  /// How long a cancelled statement may go on before the connection is cut. Default 5 s.
  ///
  /// A server that does not react to a cancel request (stopped, unreachable) would otherwise hold the caller for ever.
  public var cancelGrace: Duration = .seconds(5)

  /// Takes libpq parameters by name. Unknown ones are refused when connecting.
  public init(parameters: [String: String]) {
    self.parameters = parameters
    if let text = self.parameters.removeValue(forKey: "connect_timeout"), let seconds = Int(text), seconds > 0 {
      connectTimeout = .seconds(seconds)
    }
  }

  /// The same server and user with another database.
  public func with(database: String) -> PostgresConfiguration {
    var other = self
    other.parameters["dbname"] = database
    return other
  }
}
