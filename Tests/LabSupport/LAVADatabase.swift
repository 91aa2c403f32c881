import Foundation
public import Logging
public import PostgresClient

/// A database of a test's own with LAVA's real tables, cloned from the lab's migrated template and dropped after.
public enum LAVADatabase {
  /// Clones, works, drops. With `migrated`, Boardcast's migrations are applied first.
  public static func with<Value: Sendable>(
    migrated: Bool = true, _ body: (PostgresConfiguration) async throws -> Value
  ) async throws -> Value {
    try await places.with { try await withClone(migrated: migrated, body) }
  }

  /// All tests begin at once; without a limit their connections are more than PostgreSQL takes.
  private static let places = Places(16)

  private static func withClone<Value: Sendable>(
    migrated: Bool, _ body: (PostgresConfiguration) async throws -> Value
  ) async throws -> Value {
    try await withClone(of: nil) { configuration in
      if migrated { try await migrate(configuration) }
      return try await body(configuration)
    }
  }

  /// Clones a database that nobody is connected to, or LAVA's template, works, drops. Takes no place of its own.
  public static func withClone<Value: Sendable>(
    of source: PostgresConfiguration?, _ body: (PostgresConfiguration) async throws -> Value
  ) async throws -> Value {
    let lab = try Lab.current.get()
    let admin = try PostgresConfiguration(connectionString: lab["BOARDCAST_LAB_ADMIN_URL"])
    let owner = try PostgresConfiguration(connectionString: lab["BOARDCAST_LAB_URL"])
    let name = "test_" + UUID().uuidString.lowercased().replacing("-", with: "")
    let template = source?.parameters["dbname"] ?? "lava_template"
    try await run(
      "CREATE DATABASE " + .identifier(name) + " TEMPLATE " + .identifier(template) + " OWNER lavaserver", on: admin)
    do {
      let value = try await body(owner.with(database: name))
      try await run("DROP DATABASE " + .identifier(name) + " WITH (FORCE)", on: admin)
      return value
    } catch {
      try? await run("DROP DATABASE " + .identifier(name) + " WITH (FORCE)", on: admin)
      throw error
    }
  }

  /// A logger that says only what is wrong.
  public static var logger: Logger {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
  }

  /// Applies Boardcast's migrations.
  public static func migrate(_ configuration: PostgresConfiguration) async throws {
    let connection = try await PostgresConnection.connect(configuration, logger: logger)
    _ = try await Migrations(directory: Lab.repository + "/migrations").apply(on: connection)
    await connection.close()
  }

  private static func run(_ sql: SQL, on configuration: PostgresConfiguration) async throws {
    let connection = try await PostgresConnection.connect(configuration, logger: logger)
    defer { Task { await connection.close() } }
    try await connection.withSession { session in _ = try session.execute(sql) }
  }
}
