import Foundation
public import PostgresClient

/// A PostgreSQL server of a test's own that holds LAVA's real tables and users, and LAVA's own Python beside it.
///
/// Needs what `scripts/lab` keeps in its cache: LAVA's folder and a dump of the migrated database. Runs as root.
public struct LAVACluster: Sendable {
  /// The server; may be stopped, restarted, anything.
  public let server: TestCluster
  /// LAVA's database as LAVA's role.
  public let configuration: PostgresConfiguration
  /// The same database as superuser.
  public let superuser: PostgresConfiguration

  /// The cache of `scripts/lab`.
  public static var cache: String {
    let environment = ProcessInfo.processInfo.environment
    if let cache = environment["BOARDCAST_CACHE"] { return cache }
    let home = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "/root") + "/.cache"
    return home + "/boardcast"
  }

  /// The folder of a LAVA, as `2023.01`; nil when the cache does not have it.
  public static func root(_ generation: String) -> String? {
    let root = cache + "/lava-\(generation)"
    return FileManager.default.fileExists(atPath: root + "/boardcast/version") ? root : nil
  }

  /// Starts a server and puts LAVA's tables of a generation there.
  ///
  /// - Parameter environment: added to the server's own.
  public init(generation: String = "2023.01", environment: [String: String] = [:]) async throws {
    // Whoever has a lab has filled the cache.
    _ = try Lab.current.get()
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.cache)
    // A newer PostgreSQL's dump holds words that an older one does not know.
    let server = "-pg\(TestCluster.version)-"
    guard
      let dump = names.sorted().last(where: {
        $0.hasPrefix("database-\(generation)") && $0.contains(server) && $0.hasSuffix(".sql")
      })
    else {
      throw LabMissing("\(Self.cache) has no database of LAVA \(generation); scripts/lab up --lava \(generation)")
    }
    self.server = try TestCluster(environment: environment)
    superuser = self.server.socketConfiguration(database: "lavaserver")
    var parameters = superuser.parameters
    parameters["user"] = "lavaserver"
    configuration = PostgresConfiguration(parameters: parameters)
    let script = """
      set -e
      run="\(TestCluster.binaries)/psql -qX -v ON_ERROR_STOP=1 -h \(self.server.folder) -p \(self.server.port) -U postgres"
      $run -d postgres -c 'CREATE ROLE lavaserver LOGIN' -c 'CREATE DATABASE lavaserver OWNER lavaserver'
      { echo 'SET ROLE lavaserver;'; cat '\(Self.cache)/\(dump)'; } | $run -d lavaserver --single-transaction
      """
    let outcome = try await Command("/bin/bash", ["-o", "pipefail", "-c", script]).runAside()
    guard outcome.status == 0 else { throw LabMissing("LAVA's tables could not be restored: \(outcome.complaint)") }
  }

  /// Applies Boardcast's migrations.
  public func enable() async throws {
    let connection = try await PostgresConnection.connect(configuration, logger: LAVADatabase.logger)
    _ = try await Migrations(directory: Lab.repository + "/migrations").apply(on: connection)
    await connection.close()
  }

  /// How LAVA of a generation runs a management command on this database, in a mount namespace of its own.
  ///
  /// - Parameter folder: what LAVA sees as `/lab`; its devices are in `devices`.
  public func manage(_ arguments: [String], generation: String = "2023.01", folder: TemporaryFolder) async throws
    -> [String]
  {
    guard let root = Self.root(generation) else { throw LabMissing("no LAVA \(generation) in \(Self.cache)") }
    let facts = "port=\(server.port)\npassword=x\nsecret_key=x\nevents=no\nevent_port=1\nevent_socket=/tmp/none\n"
    let settings = try await Command(
      "/usr/bin/python3", ["-I", Lab.repository + "/scripts/lab.d/settings.py"], input: Data(facts.utf8)
    ).runAside().output.trimmingCharacters(in: .whitespacesAndNewlines)
    return try LAVAShell.words(arguments, settings: settings, root: root, folder: folder)
  }
}
