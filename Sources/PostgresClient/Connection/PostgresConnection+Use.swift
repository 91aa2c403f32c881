internal import CLibPQ
internal import Synchronization

extension PostgresConnection {
  /// Lends the connection to `body`, each statement committing by itself.
  ///
  /// If the task is cancelled, the statement under way is cancelled on the server and the call throws `.cancelled`; if
  /// the server does not react within the configuration's `cancelGrace`, the connection is cut.
  ///
  /// - Throws: what `body` throws; ``PostgresError`` with code `.connectionLost` whenever the connection broke meanwhile,
  ///   `.cancelled`, `.closed`, and `.transactionAborted` if `body` left a transaction open (it is rolled back).
  public nonisolated func withSession<Value: Sendable>(
    _ body: @Sendable (borrowing PostgresSession) throws -> Value
  ) async throws -> Value {
    let operation = Operation(grace: cancelGrace)
    return try await withTaskCancellationHandler {
      try await use(operation, body)
    } onCancel: {
      operation.cancel()
    }
  }

  /// Lends the connection to `body` between BEGIN and COMMIT. If `body` throws, there is a ROLLBACK instead.
  ///
  /// - Throws: as ``withSession(_:)``; also `.transactionAborted` if a statement failed and `body` went on regardless, and
  ///   whatever the server says to COMMIT (deferred constraints, serialization failures). If the connection breaks during
  ///   COMMIT, the error's `outcomeIsUnknown` is true.
  public nonisolated func withTransaction<Value: Sendable>(
    _ isolation: IsolationLevel = .readCommitted, readOnly: Bool = false,
    _ body: @Sendable (borrowing PostgresSession) throws -> Value
  ) async throws -> Value {
    try await withSession { session in
      try session.transaction(isolation, readOnly: readOnly, body)
    }
  }

  /// Cancels what the connection is doing now, if anything: its caller gets an error with code `.cancelled`. Uses that
  /// are waiting for their turn are not touched. May be called from anywhere, at any time; does not block.
  public nonisolated func cancel() {
    state.withLock(\.current)?.cancel()
  }

  /// False once the connection was closed or was seen to break. A break that nobody has run into does not show.
  public nonisolated var isUsable: Bool { state.withLock(\.isUsable) }

  /// Closes the connection after what it is doing now. Closing twice is harmless.
  public func close() {
    link = nil
    state.withLock { $0.isUsable = false }
  }

  /// True if the server has hung up, or said good-bye, while the connection was idle. For the pool, before it lends.
  func isStale() -> Bool {
    guard let link else { return true }
    // A notice or a changed setting is fine. A good-bye is followed by the end of the stream, which makes the call fail;
    // more than a few rounds of anything else is a server that nobody should be lent to.
    var rounds = 0
    while link.isAlive, rounds < 16, link.socket.hasUnexpectedInput(), PQconsumeInput(link.connection) == 1 {
      rounds += 1
    }
    if link.isAlive, !link.socket.hasUnexpectedInput() { return false }
    close()
    return true
  }

  private func use<Value: Sendable>(
    _ operation: Operation, _ body: @Sendable (borrowing PostgresSession) throws -> Value
  ) throws -> Value {
    guard let link else { throw PostgresError(.closed, "the connection to PostgreSQL was closed") }
    guard link.isAlive else { throw PostgresError(.connectionLost, "it broke earlier") }
    try operation.begin(link.cancelRequest, link.socket)
    state.withLock { $0.current = operation }
    defer {
      operation.settle()
      link.dropNotifications()
      state.withLock { state in
        state.current = nil
        state.isUsable = link.isAlive
      }
    }
    let session = PostgresSession(link: link, operation: operation)
    do {
      let value = try body(session)
      operation.settle()
      try session.requireNoTransaction()
      return value
    } catch {
      operation.settle()
      session.rollback()
      throw link.judge(error, operation)
    }
  }
}

extension PostgresSession {
  fileprivate func requireNoTransaction() throws(PostgresError) {
    guard link.isAlive, link.transactionStatus != PQTRANS_IDLE else { return }
    rollback()
    throw PostgresError(.transactionAborted, "a transaction was left open; it was rolled back")
  }
}

extension ServerLink {
  /// What a failed use is to be reported as: a broken connection outweighs what the closure made of it, and a cut one was
  /// broken by us.
  fileprivate func judge(_ error: any Error, _ operation: Operation) -> any Error {
    let known = error as? PostgresError
    if isAlive {
      // "canceling statement due to user request" can also be somebody else's pg_cancel_backend; here we know.
      if known?.code == .cancelled, operation.isCancelled { return Operation.cancelled }
      return error
    }
    if let known, known.code == .connectionLost { return known }
    return PostgresError(
      .connectionLost, "it broke, and then: \(known?.message ?? String(describing: type(of: error)))")
  }
}
