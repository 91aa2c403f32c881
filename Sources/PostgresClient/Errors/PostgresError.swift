/// Anything that can go wrong between us and PostgreSQL.
///
/// ``description`` is one line that may be logged or shown: it never holds SQL, parameters, row values or a password.
/// ``debugDescription`` adds the statement, its parameters and the server's detail; keep it out of logs that others read.
public struct PostgresError: Error, Sendable {
  /// What kind of failure this is.
  public var code: Code { box.fields.code }

  /// The server's primary message, or ours. Messages of SQLSTATE class 22 can quote values: see ``description``.
  public var message: String { box.fields.message }

  /// The five characters of SQLSTATE (PostgreSQL manual, appendix A), if the server sent any.
  public var sqlState: String? { box.fields.sqlState }

  /// `ERROR`, `FATAL` or `PANIC`, not localised, if the server sent it.
  public var severity: String? { box.fields.severity }

  /// The schema of the object that the server complained about.
  public var schema: String? { box.fields.schema }

  /// The table that the server complained about.
  public var table: String? { box.fields.table }

  /// The column that the server complained about, or the one that could not be decoded.
  public var column: String? { box.fields.column }

  /// The constraint that was violated, also for unique indexes.
  public var constraint: String? { box.fields.constraint }

  /// The server's detail line. It quotes row values ("Key (token)=(…) already exists"): never log it.
  public var detail: String? { box.fields.detail }

  /// The server's hint.
  public var hint: String? { box.fields.hint }

  /// True if the connection broke while COMMIT was under way, so that nobody knows whether the transaction counts.
  public var outcomeIsUnknown: Bool { box.fields.outcomeIsUnknown }

  /// True for serialization failures (40001) and deadlocks (40P01): the whole transaction may simply be run again.
  public var isRetryable: Bool { sqlState == "40001" || sqlState == "40P01" }

  /// True if the connection is gone or was never made, so that the way on is a new connection.
  public var isConnectionLoss: Bool {
    code == .connectionLost || code == .connectionFailed
  }

  let box: Box

  /// Makes an error of our own.
  package init(_ code: Code, _ message: String, column: String? = nil) {
    box = Box(Fields(code: code, message: message, column: column))
  }

  init(fields: Fields) {
    box = Box(fields)
  }

  /// The same error, with some fields changed.
  func with(_ change: (inout Fields) -> Void) -> PostgresError {
    var fields = box.fields
    change(&fields)
    return PostgresError(fields: fields)
  }

  struct Fields: Sendable {
    var code: Code
    var message: String
    var severity: String?
    var sqlState: String?
    var detail: String?
    var hint: String?
    var schema: String?
    var table: String?
    var column: String?
    var constraint: String?
    var context: String?
    var statement: String?
    var parameters: [PostgresValue] = []
    var outcomeIsUnknown = false
  }

  /// Keeps the error one word wide, so that typed throws stay cheap on the way that does not throw.
  final class Box: Sendable {
    let fields: Fields
    init(_ fields: Fields) { self.fields = fields }
  }
}
