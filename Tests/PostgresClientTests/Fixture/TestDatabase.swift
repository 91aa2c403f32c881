import Foundation
import LabSupport
import Logging
import PostgresClient

/// Logs of tests that do not look at them.
let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// The server that tests use: `BOARDCAST_TEST_ADMIN_URL`, or the shared private one.
func serverConfiguration() async throws -> PostgresConfiguration {
  if let url = ProcessInfo.processInfo.environment["BOARDCAST_TEST_ADMIN_URL"] {
    return try PostgresConfiguration(connectionString: url)
  }
  return try await TestCluster.shared.value.socketConfiguration()
}

/// Runs a test in a new, empty database, which is dropped afterwards.
func withDatabase<Value>(
  on server: PostgresConfiguration? = nil, _ body: (PostgresConfiguration) async throws -> Value
) async throws -> Value {
  let server = if let server { server } else { try await serverConfiguration() }
  let name = "boardcast_test_\(UInt64.random(in: .min ... .max))"
  let admin = try await PostgresConnection.connect(server, logger: quiet)
  try await admin.withSession { session in try session.script("create database " + .identifier(name)) }
  let outcome: Result<Value, any Error>
  do {
    outcome = .success(try await body(server.with(database: name)))
  } catch {
    outcome = .failure(error)
  }
  try? await admin.withSession { session in
    try session.script("drop database if exists " + .identifier(name) + " with (force)")
  }
  await admin.close()
  return try outcome.get()
}

/// Runs a test with one connection to a new database.
func withConnection<Value>(
  _ body: (PostgresConnection) async throws -> Value
) async throws -> Value {
  try await withDatabase { configuration in
    let connection = try await PostgresConnection.connect(configuration, logger: quiet)
    let value = try await body(connection)
    await connection.close()
    return value
  }
}

/// Waits, by asking the server again and again, until a statement that gives a boolean gives true.
func waitUntil(_ condition: SQL, _ parameters: [PostgresValue] = [], on connection: PostgresConnection) async throws {
  for _ in 0..<1000 {
    let holds = try await connection.withSession { session in
      try session.query(condition, parameters).only { row in try row.bool(0) }
    }
    if holds { return }
    try await Task.sleep(for: .milliseconds(10))
  }
  throw TestCluster.ClusterError(text: "never became true: \(condition)")
}
