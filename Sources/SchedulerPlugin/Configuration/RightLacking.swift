import PostgresClient

/// PostgreSQL does not let the role do what it must.
struct RightLacking: Error, Hashable, Sendable, CustomStringConvertible {
  let description: String

  /// Recognises PostgreSQL's refusal (42501, insufficient_privilege); nil for any other error.
  init?(_ error: any Error) {
    guard let error = error as? PostgresError, error.sqlState == "42501" else { return nil }
    description = "\(error); run 'boardcast enable', which grants what the role needs ('boardcast doctor' lists it)"
  }
}
