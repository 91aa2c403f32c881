internal import CLibPQ
internal import Logging

/// One libpq connection. Not Sendable: it lives inside one isolation domain, its ``PostgresConnection`` or the thread of
/// a ``PostgresListener``.
final class ServerLink {
  let connection: OpaquePointer
  let backendPID: Int32
  let serverVersion: Int
  let cancelRequest: CancelRequest
  let socket: SocketSwitch
  private let notices: NoticeSink
  private let statementTimeout: Duration?
  private let lockTimeout: Duration?

  /// A stream or COPY that is under way. libpq would end it without a word if another statement were sent.
  var exchange: String?

  /// Takes over a connection that stands.
  init(adopting connection: OpaquePointer, configuration: PostgresConfiguration, logger: Logger) {
    self.connection = connection
    backendPID = PQbackendPID(connection)
    serverVersion = Int(PQserverVersion(connection))
    cancelRequest = CancelRequest(connection: connection)
    socket = SocketSwitch(PQsocket(connection))
    notices = NoticeSink(logger: logger)
    statementTimeout = configuration.statementTimeout
    lockTimeout = configuration.lockTimeout
    notices.attach(to: connection)
  }

  deinit {
    socket.forget()
    PQfinish(connection)
  }

  /// False once libpq has seen the connection break. A break that nobody has run into yet does not show.
  var isAlive: Bool { PQstatus(connection) == CONNECTION_OK }

  var transactionStatus: PGTransactionStatusType { PQtransactionStatus(connection) }

  /// Runs one statement in the extended protocol, which takes exactly one.
  func query(_ sql: SQL, _ parameters: [PostgresValue]) throws(PostgresError) -> PostgresResult {
    let encoded = try encode(sql, parameters)
    let start = ContinuousClock.now
    send(sql, encoded)
    return try accept(collect(), sql, parameters, start)
  }

  /// Runs any number of statements in the simple protocol and drops their rows.
  func script(_ sql: SQL) throws(PostgresError) {
    try refuseNUL(sql)
    let start = ContinuousClock.now
    PQsendQuery(connection, sql.text)
    _ = try accept(collect(), sql, [], start)
  }

  /// Sends one statement in the extended protocol. A failure shows in what ``collect()`` or `PQgetResult` gives then.
  @discardableResult
  func send(_ sql: SQL, _ encoded: EncodedParameters) -> Bool {
    encoded.withPointers { values in
      PQsendQueryParams(
        connection, sql.text, encoded.count, encoded.types, values, encoded.lengths, encoded.formats, 0)
    } == 1
  }

  /// Waits for all results of what was sent and keeps the first error, else the last result.
  ///
  /// (`PQexec` and its kin keep the last error: of a server that says why it ends a connection, only the end.)
  private func collect() -> OpaquePointer? {
    var kept: OpaquePointer?
    while let result = PQgetResult(connection) {
      let status = PQresultStatus(result)
      if PQresultStatus(kept) == PGRES_FATAL_ERROR, kept != nil {
        PQclear(result)
      } else {
        PQclear(kept)
        kept = result
      }
      if status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH || !isAlive { break }
    }
    return kept
  }

  func encode(_ sql: SQL, _ parameters: [PostgresValue]) throws(PostgresError) -> EncodedParameters {
    try refuseNUL(sql)
    do {
      return try EncodedParameters(parameters)
    } catch {
      throw error.with { $0.statement = sql.text }
    }
  }

  private func refuseNUL(_ sql: SQL) throws(PostgresError) {
    if sql.text.utf8.contains(0) { throw PostgresError(.invalidParameter, "a statement holds a NUL character") }
  }

  /// Turns what libpq returned into a result or an error, and leaves the connection ready for the next statement.
  func accept(
    _ result: OpaquePointer?, _ sql: SQL, _ parameters: [PostgresValue], _ start: ContinuousClock.Instant
  ) throws(PostgresError) -> PostgresResult {
    let status = PQresultStatus(result)
    if let result, status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY {
      return PostgresResult(adopting: result)
    }
    let error = failure(result, status, start).with { fields in
      fields.statement = sql.text
      fields.parameters = parameters
    }
    PQclear(result)
    leaveCopy(status)
    throw error
  }

  /// Describes a failed result. Must be called before anything else is done with the connection.
  func failure(
    _ result: OpaquePointer?, _ status: ExecStatusType, _ start: ContinuousClock.Instant
  ) -> PostgresError {
    let text = PQerrorMessage(connection).map { String(cString: $0) } ?? ""
    if !isAlive {
      return PostgresError(result: result, code: .connectionLost, fallback: text.isEmpty ? "no reason given" : text)
    }
    switch status {
    case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
      return PostgresError(.unexpectedResult, "the statement is a COPY; use copyIn for it")
    case PGRES_FATAL_ERROR, PGRES_NONFATAL_ERROR:
      let error = PostgresError(result: result, fallback: text)
      return error.with { $0.code = kind(error, ContinuousClock.now - start) }
    default:
      return PostgresError(
        .unexpectedResult,
        "PostgreSQL answered with \(PQresStatus(status).map { String(cString: $0) } ?? "an unknown status")")
    }
  }

  /// 57014 stands both for a cancel request and for `statement_timeout`; only the localised text tells, and the clock.
  private func kind(_ error: PostgresError, _ elapsed: Duration) -> PostgresError.Code {
    switch error.sqlState {
    case "57014":
      if error.message.contains("timeout") { return .timedOut }
      if let statementTimeout, elapsed >= statementTimeout { return .timedOut }
      return .cancelled
    case "55P03":
      if error.message.contains("timeout") { return .timedOut }
      if let lockTimeout, elapsed >= lockTimeout { return .timedOut }
      return .server
    default: return .server
    }
  }

  /// Gets out of a COPY that the caller did not mean to start. Until then `PQgetResult` reports it again and again.
  func leaveCopy(_ status: ExecStatusType) {
    if status == PGRES_COPY_IN { PQputCopyEnd(connection, "not expected") }
    if status == PGRES_COPY_OUT {
      var row: UnsafeMutablePointer<CChar>?
      while PQgetCopyData(connection, &row, 0) > 0 {
        PQfreemem(row)
        row = nil
      }
    }
    if status == PGRES_COPY_IN || status == PGRES_COPY_OUT { drain() }
  }

  /// Reads and drops everything up to the end of the current command. Without it the next command fails.
  func drain() {
    while let result = PQgetResult(connection) {
      let status = PQresultStatus(result)
      PQclear(result)
      if status == PGRES_COPY_IN || status == PGRES_COPY_OUT || !isAlive { break }
    }
  }

  /// Notifications that arrive on a connection nobody listens on would pile up in libpq's memory.
  func dropNotifications() {
    while let notification = PQnotifies(connection) { PQfreemem(notification) }
  }
}
