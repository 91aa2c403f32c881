import PostgresClient
import Testing

/// Committed means committed, and thrown means nothing happened.
@Suite(.timeLimit(.minutes(1))) struct TransactionTests {
  struct Stop: Error {}

  private func withTable(_ body: (PostgresConnection) async throws -> Void) async throws {
    try await withConnection { connection in
      try await connection.withSession { session in
        try session.script("create table t (x int4 unique deferrable initially deferred)")
      }
      try await body(connection)
    }
  }

  private func rows(_ connection: PostgresConnection) async throws -> [Int] {
    try await connection.withSession { try $0.query("select x from t order by x").map { try $0.int(0) } }
  }

  @Test func throwingRollsBackAndReturningCommits() async throws {
    try await withTable { connection in
      await #expect(throws: Stop.self) {
        try await connection.withTransaction { session in
          try session.execute("insert into t values (1)")
          throw Stop()
        }
      }
      try await connection.withTransaction { session in _ = try session.execute("insert into t values (2)") }
      #expect(try await rows(connection) == [2])
    }
  }

  /// PostgreSQL answers COMMIT of a failed transaction with a friendly ROLLBACK.
  @Test func aSwallowedErrorDoesNotPassForACommit() async throws {
    try await withTable { connection in
      let error = try await #require(throws: PostgresError.self) {
        try await connection.withTransaction { session in
          try session.execute("insert into t values (1)")
          _ = try? session.execute("select 1/0")
        }
      }
      #expect(error.code == .transactionAborted)
      #expect(try await rows(connection).isEmpty)
    }
  }

  @Test func aConstraintCheckedAtCommitIsReported() async throws {
    try await withTable { connection in
      let error = try await #require(throws: PostgresError.self) {
        try await connection.withTransaction { session in _ = try session.execute("insert into t values (1), (1)") }
      }
      #expect(error.sqlState == "23505" && !error.outcomeIsUnknown)
      #expect(try await rows(connection).isEmpty)
    }
  }

  @Test func endingTheTransactionFromInsideOrLeavingOneOpenIsReported() async throws {
    try await withTable { connection in
      let ended = try await #require(throws: PostgresError.self) {
        try await connection.withTransaction { session in try session.script("rollback") }
      }
      #expect(ended.code == .transactionAborted)
      let open = try await #require(throws: PostgresError.self) {
        try await connection.withSession { session in try session.script("begin; insert into t values (1)") }
      }
      #expect(open.code == .transactionAborted)
      #expect(try await rows(connection).isEmpty)
    }
  }

  @Test func aSavepointIsUndoneAlone() async throws {
    try await withTable { connection in
      try await connection.withTransaction { session in
        try session.execute("insert into t values (1)")
        #expect(throws: PostgresError.self) {
          try session.savepoint { session in
            try session.execute("insert into t values (2)")
            try session.savepoint { session in _ = try session.execute("insert into t values (3)") }
            try session.execute("select 1/0")
          }
        }
        try session.savepoint { session in _ = try session.execute("insert into t values (4)") }
      }
      #expect(try await rows(connection) == [1, 4])
      await #expect(throws: PostgresError.self) {
        try await connection.withSession { session in try session.savepoint { _ in } }
      }
    }
  }

  @Test(arguments: [
    (IsolationLevel.readCommitted, false, "read committed", "off"),
    (.repeatableRead, true, "repeatable read", "on"), (.serializable, false, "serializable", "off"),
  ])
  func isolationIsWhatWasAsked(_ level: IsolationLevel, _ readOnly: Bool, _ name: String, _ flag: String) async throws {
    let connection = try await PostgresConnection.connect(serverConfiguration(), logger: quiet)
    let found = try await connection.withTransaction(level, readOnly: readOnly) { session in
      try session.query("select current_setting('transaction_isolation'), current_setting('transaction_read_only')")
        .only { row in [try row.string(0), try row.string(1)] }
    }
    #expect(found == [name, flag])
    await connection.close()
  }
}
