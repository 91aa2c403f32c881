import PostgresClient

extension Doors {
  /// Does database work for a request in one transaction. What doors do can be done twice without harm, so a
  /// connection that broke while nobody looked (a server that was restarted) costs the sender nothing.
  func database<Value: Sendable>(
    _ isolation: IsolationLevel = .readCommitted, readOnly: Bool = false,
    _ body: @Sendable (borrowing PostgresSession) throws -> Value
  ) async throws -> Value {
    do {
      return try await pool.withTransaction(isolation, readOnly: readOnly, retrying: 3, body)
    } catch let error as PostgresError where error.isConnectionLoss && error.code != .connectionFailed {
      return try await pool.withTransaction(isolation, readOnly: readOnly, retrying: 3, body)
    }
  }
}
