internal import CLibPQ

extension PostgresSession {
  /// Runs one statement and hands over its rows as they arrive, so that no more than one is in memory.
  ///
  /// If `body` throws, the rest of the rows is read and dropped, then its error is rethrown: the connection stays usable
  /// and a transaction around it stays alive.
  ///
  /// - Throws: what `body` throws; else as ``query(_:_:)``. An error can come after rows were delivered.
  public func stream(
    _ sql: SQL, _ parameters: [PostgresValue] = [], _ body: (borrowing PostgresRow) throws -> Void
  ) throws {
    try requireReady()
    let start = ContinuousClock.now
    try send(sql, parameters, start)
    link.exchange = "a stream"
    defer { link.exchange = nil }
    var columns: ColumnNames?
    var failure: PostgresError?
    while let result = PQgetResult(link.connection) {
      defer { PQclear(result) }
      let status = PQresultStatus(result)
      switch status {
      case PGRES_SINGLE_TUPLE:
        let names = columns ?? ColumnNames(result)
        columns = names
        do {
          try body(PostgresRow(result: result, index: 0, columns: names))
        } catch {
          link.drain()
          throw error
        }
      case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: break
      default:
        if failure == nil { failure = link.failure(result, status, start) }
        link.leaveCopy(status)
      }
      if !link.isAlive { break }
    }
    if let failure {
      throw failure.with { fields in
        fields.statement = sql.text
        fields.parameters = parameters
      }
    }
    if !link.isAlive { throw link.failure(nil, PGRES_FATAL_ERROR, start) }
  }

  private func send(
    _ sql: SQL, _ parameters: [PostgresValue], _ start: ContinuousClock.Instant
  ) throws(PostgresError) {
    let encoded = try link.encode(sql, parameters)
    guard link.send(sql, encoded) else {
      throw link.failure(nil, PGRES_FATAL_ERROR, start).with { $0.statement = sql.text }
    }
    // Fails only if no query is under way, and one is.
    PQsetSingleRowMode(link.connection)
  }
}
