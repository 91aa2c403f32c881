import BuildEvents
import Foundation
import LabSupport
import PostgresClient
import Testing

/// A lab's database, a folder of board files and one of dictionaries, for the `boards` commands.
struct BoardsPlace: Sendable {
  let database: PostgresConfiguration
  let folder: TemporaryFolder
  /// Where the commands write dictionaries.
  let dictionaries: String
  /// LAVA's own command.
  let manage: String
  let templates: String

  var files: String { folder.path + "/boards" }

  static let qemu = "device_type: qemu\nworker: rack\ndictionary: |\n  {% extends 'qemu.jinja2' %}\n"

  /// A clone with a type and a worker, and no LAVA command: for what must be refused before LAVA is asked.
  static func withClone(_ body: (BoardsPlace) async throws -> Void) async throws {
    try await LAVADatabase.with { database in
      let connection = try await PostgresConnection.connect(database, logger: LAVADatabase.logger)
      try await connection.withSession { session in
        try LAVARows.addDeviceType("qemu", session)
        try LAVARows.addWorker("rack", session)
      }
      await connection.close()
      let root = try Lab.current.get()["BOARDCAST_LAVA_ROOT"]
      try await TemporaryFolder.with { folder in
        try FileManager.default.createDirectory(
          atPath: folder.path + "/devices", withIntermediateDirectories: false)
        try await body(
          BoardsPlace(
            database: database, folder: folder, dictionaries: folder.path + "/devices",
            manage: "/nowhere/lava-server manage", templates: root + "/usr/share/lava-server/device-types"))
      }
    }
  }

  /// Words after `boardcast boards`, with everything that says where LAVA is.
  func words(_ words: [String], database: PostgresConfiguration? = nil) -> [String] {
    ["boards"] + words + ["--database", (database ?? self.database).connectionString, "--config-dir", folder.path]
      + ["--dictionaries", dictionaries, "--lava-manage", manage]
      + (words.first == "apply" ? ["--templates", templates] : [])
  }

  func run(_ words: String...) async throws -> Command.Outcome { try await Program.boardcast(self.words(words)) }

  /// Applies the folder of board files.
  func apply(_ words: String...) async throws -> Command.Outcome {
    try await Program.boardcast(self.words(["apply", files] + words))
  }

  /// One value out of the database.
  func ask(_ sql: SQL, _ values: [PostgresValue] = []) async throws -> String {
    let connection = try await PostgresConnection.connect(database, logger: LAVADatabase.logger)
    let value = try await connection.withSession { session in
      try session.query(sql, values).map { try $0.optionalString("value") ?? "" }.joined(separator: "\n")
    }
    await connection.close()
    return value
  }

  /// Nothing of LAVA's or ours was written.
  func expectUntouched(_ location: SourceLocation = #_sourceLocation) async throws {
    let count: SQL = """
      SELECT ((SELECT count(*) FROM lava_scheduler_app_device) + (SELECT count(*) FROM boardcast.registration)
             + (SELECT count(*) FROM lava_scheduler_app_tag))::text AS value
      """
    #expect(try await ask(count) == "0", sourceLocation: location)
    let left = try FileManager.default.contentsOfDirectory(atPath: dictionaries)
    #expect(left.isEmpty, "\(left)", sourceLocation: location)
  }
}
