internal import PostgresClient

extension Doctor {
  /// Whether senders who want to be told of the end are. Nothing here stops `serve`.
  static func callbacks(_ connection: PostgresConnection) async throws -> [Finding] {
    guard let counts = try await connection.withSession({ try CallbackCounts.read($0) }) else { return [] }
    let subject = "callbacks"
    if counts.givenUp > 0 {
      return [
        Finding(
          subject: subject, verdict: .warning,
          detail: "\(counts.givenUp) given up in the last seven days, the last because \(counts.problem ?? "-"); "
            + "'boardcast events show NUMBER' says which, and where they were to go")
      ]
    }
    let failing = counts.failing > 0 ? "\(counts.failing) of them tried in vain so far" : "none of them tried in vain"
    return [Finding(subject: subject, verdict: .good, detail: "\(counts.waiting) to be sent, \(failing)")]
  }
}
