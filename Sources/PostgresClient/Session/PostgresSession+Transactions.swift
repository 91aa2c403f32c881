internal import CLibPQ

extension PostgresSession {
  /// Runs `body` so that its changes can be undone alone: if it throws, the transaction goes back to where it was and can
  /// go on; the error is rethrown. Only inside a transaction. May be nested.
  ///
  /// - Throws: what `body` throws; ``PostgresError`` as ``query(_:_:)``.
  public func savepoint<Value>(_ body: (borrowing PostgresSession) throws -> Value) throws -> Value {
    try requireReady()
    guard link.transactionStatus == PQTRANS_INTRANS else {
      throw PostgresError(.transactionAborted, "a savepoint needs a transaction that is open and has not failed")
    }
    try link.script("savepoint boardcast")
    do {
      let value = try body(self)
      try link.script("release savepoint boardcast")
      return value
    } catch {
      // If this fails too, the transaction stays failed and its end reports it; the first error tells more.
      if link.isAlive { try? link.script("rollback to savepoint boardcast; release savepoint boardcast") }
      throw error
    }
  }

  /// Runs `body` between BEGIN and COMMIT, with ROLLBACK if it throws.
  func transaction<Value>(
    _ isolation: IsolationLevel, readOnly: Bool, _ body: (borrowing PostgresSession) throws -> Value
  ) throws -> Value {
    try requireReady()
    try link.script(isolation.begin(readOnly: readOnly))
    let value: Value
    do {
      value = try body(self)
    } catch {
      operation.settle()
      rollback()
      throw error
    }
    // From here on a cancel request cannot hit us any more: the transaction is either committed or it is not.
    if operation.settle() {
      rollback()
      throw Operation.cancelled
    }
    try commit()
    return value
  }

  private func commit() throws(PostgresError) {
    switch link.transactionStatus {
    case PQTRANS_INTRANS: break
    case PQTRANS_IDLE:
      throw PostgresError(.transactionAborted, "a statement inside the transaction has ended it (COMMIT or ROLLBACK)")
    default:
      if !link.isAlive { throw PostgresError(.connectionLost, "it broke inside the transaction") }
      rollback()
      throw PostgresError(
        .transactionAborted, "a statement inside the transaction had failed, so it was rolled back instead of committed"
      )
    }
    do {
      try link.script("commit")
    } catch {
      // A refusal (deferred constraint, serialization) means rolled back; silence means we cannot know.
      throw error.code == .connectionLost ? error.with { $0.outcomeIsUnknown = true } : error
    }
  }

  /// Leaves the transaction if there is one. A failure shows in the connection's state, which the caller looks at.
  func rollback() {
    guard link.isAlive, link.transactionStatus != PQTRANS_IDLE else { return }
    try? link.script("rollback")
  }
}
