/// How much of other transactions a transaction sees (PostgreSQL manual 13.2).
public enum IsolationLevel: Sendable, Hashable {
  /// Each statement sees what was committed before it.
  case readCommitted
  /// All statements see what was committed before the first.
  case repeatableRead
  /// As if transactions ran one after the other; may fail with SQLSTATE 40001 and then wants to be run again.
  case serializable

  /// The statement that opens a transaction of this kind. It does not ask for `read write`: that would override an
  /// admin's `default_transaction_read_only`.
  func begin(readOnly: Bool) -> SQL {
    switch (self, readOnly) {
    case (.readCommitted, false): "begin isolation level read committed"
    case (.readCommitted, true): "begin isolation level read committed read only"
    case (.repeatableRead, false): "begin isolation level repeatable read"
    case (.repeatableRead, true): "begin isolation level repeatable read read only"
    case (.serializable, false): "begin isolation level serializable"
    case (.serializable, true): "begin isolation level serializable read only"
    }
  }
}
