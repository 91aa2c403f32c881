import Foundation
import LabSupport
import PostgresClient
import Testing

/// A clone of LAVA's database that `boardcast enable` gets, with a role of its own, and the words of the commands.
struct EnabledDatabase: Sendable {
  /// As LAVA's own role, by TCP with a password.
  let owner: PostgresConfiguration
  /// The name that no other test's role has.
  let role: String
  let superuser: String
  let folder: TemporaryFolder

  static func with(_ body: (EnabledDatabase) async throws -> Void) async throws {
    try await LAVADatabase.with(migrated: false) { clone in
      let lab = try Lab.current.get()
      let name = try #require(clone.parameters["dbname"])
      try await TemporaryFolder.with { folder in
        let owner = try PostgresConfiguration(connectionString: lab["BOARDCAST_LAB_TCP_URL"]).with(database: name)
        let database = EnabledDatabase(
          owner: owner, role: "bc_" + name.suffix(12), superuser: try lab["BOARDCAST_LAB_ADMIN_URL"], folder: folder)
        do {
          try await body(database)
        } catch {
          try? await database.dropRole()
          throw error
        }
        try? await database.dropRole()
      }
    }
  }

  private func dropRole() async throws {
    _ = try await boardcast("disable", ["--purge"])
  }

  /// Runs a command as an admin does: with LAVA's role.
  func boardcast(_ command: String, _ words: [String] = [], share: String? = nil) async throws -> Command.Outcome {
    try await Program.boardcast(
      [command, "--database", owner.connectionString, "--config-dir", folder.path] + words
        + (["enable", "disable"].contains(command) ? ["--role", role, "--superuser", superuser] : []),
      environment: share.map { ["BOARDCAST_SHARE": $0] } ?? [:])
  }

  /// Runs a command as `serve` runs: with the role that `enable` made.
  func asRole(_ words: [String]) async throws -> Command.Outcome {
    try await Program.boardcast(words + ["--config-dir", folder.path])
  }

  /// What `enable` wrote.
  func roleConfiguration() throws -> PostgresConfiguration {
    let text = try String(contentsOfFile: folder.path + "/database", encoding: .utf8)
    return try PostgresConfiguration(connectionString: text.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  /// The schema, as pg_dump writes it.
  func schema() async throws -> String {
    let words = TestCluster.client("pg_dump") + ["--schema-only", "--dbname", owner.connectionString]
    let dump = try await Program.run(words[0], Array(words.dropFirst()))
    try #require(dump.status == 0, "\(dump.complaint)")
    // A key that is another one in each dump.
    return dump.output.split(separator: "\n").filter { !$0.contains("restrict ") }.joined(separator: "\n")
  }

  /// LAVA's tables as its own role.
  func boards<Value: Sendable>(_ body: (LabBoards) async throws -> Value) async throws -> Value {
    let connection = try await PostgresConnection.connect(owner, logger: LAVADatabase.logger)
    do {
      let value = try await body(LabBoards(connection: connection))
      await connection.close()
      return value
    } catch {
      await connection.close()
      throw error
    }
  }

  /// One number, asked as LAVA's own role.
  func count(_ sql: SQL) async throws -> Int {
    try await boards { try await $0.connection.withSession { try $0.query(sql).only { try $0.int("count") } } }
  }
}
