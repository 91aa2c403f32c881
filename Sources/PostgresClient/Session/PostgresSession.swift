/// A connection while it is yours, lent to a closure.
///
/// Everything here blocks until the server has answered; the closure runs on the connection's own queue, so that harms
/// nobody. The session cannot be copied and is only ever borrowed: it cannot leave the closure.
public struct PostgresSession: ~Copyable {
  let link: ServerLink
  let operation: Operation

  init(link: ServerLink, operation: Operation) {
    self.link = link
    self.operation = operation
  }

  /// The server process that works for us, as in `pg_stat_activity.pid`.
  public var backendPID: Int32 { link.backendPID }

  /// Runs one statement and gives all its rows.
  ///
  /// - Throws: ``PostgresError``: `.server` with an SQLSTATE if the statement is refused, `.timedOut`, `.cancelled`,
  ///   `.connectionLost`, `.invalidParameter`.
  public func query(
    _ sql: SQL, _ parameters: [PostgresValue] = []
  ) throws(PostgresError) -> PostgresResult {
    try requireReady()
    return try link.query(sql, parameters)
  }

  /// As ``query(_:_:)`` with the parameters one by one: `session.query("… $1 … $2", 1, "x")`.
  public func query(
    _ sql: SQL, _ first: PostgresValue, _ rest: PostgresValue...
  ) throws(PostgresError) -> PostgresResult {
    try query(sql, [first] + rest)
  }

  /// Runs one statement and gives the number of rows it affected (0 where the statement has no such number).
  ///
  /// - Throws: as ``query(_:_:)``.
  @discardableResult
  public func execute(_ sql: SQL, _ parameters: [PostgresValue] = []) throws(PostgresError) -> Int {
    try query(sql, parameters).affectedRows
  }

  /// As ``execute(_:_:)`` with the parameters one by one.
  @discardableResult
  public func execute(
    _ sql: SQL, _ first: PostgresValue, _ rest: PostgresValue...
  ) throws(PostgresError) -> Int {
    try execute(sql, [first] + rest)
  }

  /// Runs several statements with `;` between them, without parameters, dropping what they return. Outside a transaction
  /// they make one.
  ///
  /// - Throws: as ``query(_:_:)``, for the first statement that fails; the ones after it do not run.
  public func script(_ sql: SQL) throws(PostgresError) {
    try requireReady()
    try link.script(sql)
  }

  /// Refuses a statement that would get in the way of a stream or COPY, or that nobody wants any more.
  func requireReady() throws(PostgresError) {
    try checkCancellation()
    if let exchange = link.exchange {
      throw PostgresError(.unexpectedResult, "a statement was sent while \(exchange) was still under way")
    }
  }

  /// Stops early if the task was cancelled. Call it in long computations between statements.
  ///
  /// - Throws: ``PostgresError`` with code `.cancelled`.
  public func checkCancellation() throws(PostgresError) {
    if operation.isCancelled { throw Operation.cancelled }
  }
}
