internal import CLibPQ

extension PostgresSession {
  /// Writes rows into a table by binary COPY, the quickest way in.
  ///
  /// ```swift
  /// try session.copyIn(table: "job", schema: "boardcast", columns: ["id", "name"]) { writer in
  ///   for job in jobs {
  ///     try writer.row { row in
  ///       row.int8(job.id)
  ///       row.text(job.name)
  ///     }
  ///   }
  /// }
  /// ```
  ///
  /// Returning ends the COPY; throwing aborts it, and no row is kept. COPY converts nothing: every value must have
  /// exactly its column's type.
  ///
  /// - Returns: the number of rows written.
  /// - Throws: what `body` throws, even if the server has complained by then as well; else ``PostgresError`` with code
  ///   `.invalidName`, `.copyFailed` or as ``query(_:_:)``.
  @discardableResult
  public func copyIn(
    table: String, schema: String = "public", columns: [String], _ body: (inout CopyWriter) throws -> Void
  ) throws -> Int {
    try requireReady()
    if columns.isEmpty { throw PostgresError(.copyFailed, "COPY into \(table) names no column") }
    let sql: SQL =
      try "copy " + .identifier(schema) + "." + .identifier(table) + " (" + .identifiers(columns)
      + ") from stdin (format binary)"
    let start = ContinuousClock.now
    try beginCopy(sql, start)
    link.exchange = "a COPY"
    defer { link.exchange = nil }
    var writer = CopyWriter(link: link, operation: operation, columns: columns)
    do {
      try body(&writer)
      try writer.finish()
    } catch {
      if link.isAlive {
        PQputCopyEnd(link.connection, "aborted by the client")
        link.drain()
      }
      throw error
    }
    return try endCopy(sql, start)
  }

  private func beginCopy(_ sql: SQL, _ start: ContinuousClock.Instant) throws(PostgresError) {
    let result = PQexec(link.connection, sql.text)
    defer { PQclear(result) }
    let status = PQresultStatus(result)
    if status == PGRES_COPY_IN { return }
    throw link.failure(result, status, start).with { $0.statement = sql.text }
  }

  /// The server tells of bad rows only now: while COPY goes on, libpq does not look at what it says.
  private func endCopy(_ sql: SQL, _ start: ContinuousClock.Instant) throws(PostgresError) -> Int {
    guard PQputCopyEnd(link.connection, nil) == 1 else {
      throw link.failure(nil, PGRES_FATAL_ERROR, start).with { $0.statement = sql.text }
    }
    var rows = 0
    var failure: PostgresError?
    while let result = PQgetResult(link.connection) {
      let status = PQresultStatus(result)
      if status == PGRES_COMMAND_OK {
        rows = affectedRowCount(result)
      } else if failure == nil {
        failure = link.failure(result, status, start).with { $0.statement = sql.text }
      }
      PQclear(result)
      if !link.isAlive { break }
    }
    if let failure { throw failure }
    return rows
  }
}
