public import Logging

extension PostgresConnection {
  /// The connection that is there if it can be used, else a new one: for whoever goes on after the server was away.
  ///
  /// Throws what `connect(_:logger:)` throws.
  public static func keep(
    _ connection: PostgresConnection?, orConnect configuration: PostgresConfiguration, logger: Logger
  ) async throws -> PostgresConnection {
    if let connection, connection.isUsable { return connection }
    return try await connect(configuration, logger: logger)
  }
}
