extension PostgresError {
  /// The kind of a failure. Kinds can be added later, so a `switch` needs a `default`.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: String, Sendable {
      case invalidConfiguration, connectionFailed, authenticationFailed, connectionLost, closed, server, cancelled
      case timedOut, unexpectedResult, decoding, invalidParameter, invalidName, copyFailed, transactionAborted,
        migration
    }

    private let kind: Kind

    /// A connection string or parameter that libpq does not understand.
    public static let invalidConfiguration = Code(kind: .invalidConfiguration)
    /// No connection could be made: server down, unknown host, unknown database, too many connections, timeout.
    public static let connectionFailed = Code(kind: .connectionFailed)
    /// The server refused who we are (SQLSTATE class 28), or asks for a password that nobody gave.
    public static let authenticationFailed = Code(kind: .authenticationFailed)
    /// A connection that had worked is gone.
    public static let connectionLost = Code(kind: .connectionLost)
    /// The connection, pool or listener was closed by us.
    public static let closed = Code(kind: .closed)
    /// The server refused a statement; see `sqlState`.
    public static let server = Code(kind: .server)
    /// The task was cancelled, or somebody cancelled the statement.
    public static let cancelled = Code(kind: .cancelled)
    /// `statement_timeout` or `lock_timeout` ended the statement.
    public static let timedOut = Code(kind: .timedOut)
    /// The server answered something that the call cannot use: rows where none were expected, COPY where a query was.
    public static let unexpectedResult = Code(kind: .unexpectedResult)
    /// A value could not be read as the type asked for; see `column`.
    public static let decoding = Code(kind: .decoding)
    /// A parameter that PostgreSQL cannot hold, such as text with a NUL.
    public static let invalidParameter = Code(kind: .invalidParameter)
    /// A name that PostgreSQL would refuse or cut.
    public static let invalidName = Code(kind: .invalidName)
    /// COPY was used wrongly: a row with too few columns, a value that its column cannot hold.
    public static let copyFailed = Code(kind: .copyFailed)
    /// The transaction could not be committed because a statement in it had failed, or it was ended from inside.
    public static let transactionAborted = Code(kind: .transactionAborted)
    /// A migration file or the record of applied ones is not as it should be.
    public static let migration = Code(kind: .migration)

    /// The name of the kind, for logs and metrics.
    public var description: String { kind.rawValue }
  }
}
