internal import CLibPQ

/// All rows of one statement, held in libpq's memory until this value goes away.
///
/// It cannot be copied, so that memory is freed exactly once, and rows are lent to closures only. Values come in
/// PostgreSQL's text form and are decoded when asked for.
public struct PostgresResult: ~Copyable {
  // Below, rows are bound to a `let` before they are lent: lending a temporary crashes the optimizer of Swift 6.3.1 in
  // release builds (GenericSpecializer, `forwardToInit`).

  private let result: OpaquePointer
  private let columns: ColumnNames

  /// Takes over a `PGresult`, which it will clear.
  init(adopting result: OpaquePointer) {
    self.result = result
    columns = ColumnNames(result)
  }

  deinit {
    PQclear(result)
  }

  /// The number of rows that came back.
  public var rowCount: Int { Int(PQntuples(result)) }

  /// The number of rows that INSERT, UPDATE, DELETE, MERGE, COPY or SELECT reports (`PQcmdTuples`); 0 for other commands.
  public var affectedRows: Int { affectedRowCount(result) }

  /// The names of the columns, in order.
  public var columnNames: [String] { columns.names }

  /// Calls `body` with each row in order. What it throws ends the loop.
  public func forEach<Failure: Error>(
    _ body: (borrowing PostgresRow) throws(Failure) -> Void
  ) throws(Failure) {
    for index in 0..<PQntuples(result) {
      let row = PostgresRow(result: result, index: index, columns: columns)
      try body(row)
    }
  }

  /// Decodes every row.
  public func map<Value, Failure: Error>(
    _ decode: (borrowing PostgresRow) throws(Failure) -> Value
  ) throws(Failure) -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(rowCount)
    for index in 0..<PQntuples(result) {
      let row = PostgresRow(result: result, index: index, columns: columns)
      values.append(try decode(row))
    }
    return values
  }

  /// Decodes the first row; nil if there is none.
  public func first<Value, Failure: Error>(
    _ decode: (borrowing PostgresRow) throws(Failure) -> Value
  ) throws(Failure) -> Value? {
    if PQntuples(result) == 0 { return nil }
    let row = PostgresRow(result: result, index: 0, columns: columns)
    return try decode(row)
  }

  /// Decodes the only row.
  ///
  /// - Throws: ``PostgresError`` with code `.unexpectedResult` if there is not exactly one row; and what `decode` throws.
  public func only<Value>(_ decode: (borrowing PostgresRow) throws -> Value) throws -> Value {
    guard PQntuples(result) == 1 else {
      throw PostgresError(.unexpectedResult, "expected one row, PostgreSQL sent \(rowCount)")
    }
    let row = PostgresRow(result: result, index: 0, columns: columns)
    return try decode(row)
  }
}

/// `PQcmdTuples` as a number: it is an empty string for commands that report none.
func affectedRowCount(_ result: OpaquePointer?) -> Int {
  guard let text = PQcmdTuples(result) else { return 0 }
  return Int(String(cString: text)) ?? 0
}
