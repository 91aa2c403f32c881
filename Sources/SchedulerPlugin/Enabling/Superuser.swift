internal import BoardInventory
import Foundation
internal import Logging
public import PostgresClient

/// A way to do what only a PostgreSQL superuser may: make a role and drop it. LAVA's own role may not.
public enum Superuser: Sendable {
  /// A connection of somebody who may.
  case connection(PostgresConfiguration)
  /// Debian's way: the system's user `postgres`, by the words of a `psql` command.
  case psql([String])
  /// There is none, and why.
  case none(String)

  /// Finds a way: what was given, the connection's own role if that may make roles, or `psql` as the system's user
  /// `postgres` where we are root and the server is this machine's.
  public static func find(
    given: PostgresConfiguration?, work: PostgresConfiguration, on connection: PostgresConnection
  ) async throws -> Superuser {
    if let given { return .connection(given.with(database: work.parameters["dbname"] ?? "lavaserver")) }
    let makesRoles = try await connection.withSession {
      try $0.query(RightsSQL.myself).only { try $0.bool("makes_roles") }
    }
    if makesRoles { return .connection(work) }
    let mend = "give --superuser, the connection string of one"
    guard geteuid() == 0 else { return .none("this is not root; run as root, or \(mend)") }
    let host = work.parameters["host"] ?? ""
    guard ["", "localhost", "127.0.0.1", "::1"].contains(host) || host.hasPrefix("/") else {
      return .none("PostgreSQL is on \(host), not here; \(mend)")
    }
    let folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]
    func program(_ name: String) -> String? {
      folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
    guard let runuser = program("runuser"), let psql = program("psql") else {
      return .none("psql is not here; install postgresql-client, or \(mend)")
    }
    var words = [runuser, "-u", "postgres", "--", psql, "-qXw", "-v", "ON_ERROR_STOP=1", "-U", "postgres"]
    if host.hasPrefix("/") { words += ["-h", host] }
    if let port = work.parameters["port"] { words += ["-p", port] }
    return .psql(words + ["-d", work.parameters["dbname"] ?? "postgres"])
  }

  /// Does it. Throws `Refused` with PostgreSQL's words, or `PostgresError`.
  func run(_ sql: SQL, logger: Logger) async throws {
    switch self {
    case .none(let why): throw Refused(description: why)
    case .connection(let configuration):
      let connection = try await PostgresConnection.connect(configuration, logger: logger)
      do {
        try await connection.withSession { try $0.script(sql) }
        await connection.close()
      } catch {
        await connection.close()
        throw error
      }
    case .psql(let words):
      try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
        DispatchQueue.global().async { done.resume(with: Result { try Self.psql(words, sql.description) }) }
      }
    }
  }

  /// It did not work.
  struct Refused: Error, Hashable, CustomStringConvertible {
    let description: String
  }

  private static func psql(_ words: [String], _ text: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: words[0])
    process.arguments = Array(words.dropFirst())
    // A folder that the user postgres may enter.
    process.currentDirectoryURL = URL(fileURLWithPath: "/")
    process.standardOutput = FileHandle.nullDevice
    let (input, complaint) = try ProgramStart.alone {
      let (input, complaint) = (Pipe(), Pipe())
      process.standardInput = input
      process.standardError = complaint
      try process.run()
      return (input, complaint)
    }
    // A statement is much shorter than what a pipe holds, so this does not wait for psql.
    try input.fileHandleForWriting.write(contentsOf: Data((text + ";\n").utf8))
    try input.fileHandleForWriting.close()
    let words = String(decoding: try complaint.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let line = words.split(separator: "\n").first.map(String.init) ?? "psql ended \(process.terminationStatus)"
      throw Refused(description: "psql as user postgres: \(line)")
    }
  }
}
