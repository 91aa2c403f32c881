internal import CLibPQ

extension PostgresSession {
  /// What the server keeps of a password (SCRAM-SHA-256), for CREATE ROLE: so the password itself is in no statement
  /// that a server might log.
  ///
  /// - Throws: ``PostgresError`` with code `.invalidParameter` if libpq cannot make it.
  public func verifier(ofPassword password: String, role: String) throws(PostgresError) -> String {
    try requireReady()
    guard let text = PQencryptPasswordConn(link.connection, password, role, "scram-sha-256") else {
      throw PostgresError(.invalidParameter, "the password of role \(role) cannot be hashed")
    }
    defer { PQfreemem(text) }
    return String(cString: text)
  }
}
