import LabSupport
import Logging
import PostgresClient
import Testing

/// `description` ends in logs that many people read.
@Suite(.timeLimit(.minutes(1))) struct ErrorTests {
  private func failure(_ body: @escaping @Sendable (borrowing PostgresSession) throws -> Void) async throws
    -> PostgresError
  {
    try await withConnection { connection in
      try await #require(throws: PostgresError.self) { try await connection.withSession(body) }
    }
  }

  @Test func aViolatedConstraintIsNamedAndTheValueIsNot() async throws {
    let error = try await failure { session in
      try session.script("create table account (token text constraint one_token unique)")
      try session.execute("insert into account values ($1)", "s3cret")
      try session.execute("insert into account values ($1) -- marker", "s3cret")
    }
    #expect(error.code == .server && error.sqlState == "23505")
    #expect(error.constraint == "one_token" && error.table == "account" && error.schema == "public")
    #expect(error.severity == "ERROR")
    #expect(error.description.contains("one_token"))
    for secret in ["s3cret", "insert", "marker"] {
      #expect(!error.description.contains(secret))
      #expect(error.debugDescription.contains(secret))
    }
    #expect(!error.description.contains("\n"))
  }

  @Test func aRefusedValueIsNotQuoted() async throws {
    let error = try await failure { session in try session.execute("select $1::text::int", "s3cret") }
    #expect(error.sqlState == "22P02")
    #expect(!error.description.contains("s3cret"))
    #expect(error.message.contains("s3cret"))
  }

  @Test func aSyntaxErrorDoesNotQuoteTheStatement() async throws {
    let error = try await failure { session in try session.execute("selec 1") }
    #expect(error.sqlState == "42601")
    #expect(!error.description.contains("selec"))
  }

  @Test func deadlocksAreRetryable() async throws {
    let error = try await failure { session in
      try session.script("do $$ begin raise exception using errcode = '40P01', message = 'x'; end $$")
    }
    #expect(error.isRetryable && !error.isConnectionLoss)
  }

  /// A statement that is really several would be a way in for injected SQL.
  @Test func queryTakesOneStatementOnly() async throws {
    let error = try await failure { session in try session.execute("select 1; select 2") }
    #expect(error.sqlState == "42601")
  }

  @Test(arguments: [SQL("copy (select 1) to stdout"), "copy pg_class from stdin"])
  func copyByQueryIsRefusedAndLeavesTheConnectionUsable(_ sql: SQL) async throws {
    try await withConnection { connection in
      let error = try await #require(throws: PostgresError.self) {
        try await connection.withSession { session in try session.query(sql).rowCount }
      }
      #expect(error.code == .unexpectedResult || error.code == .server)
      let streamed = try await #require(throws: PostgresError.self) {
        try await connection.withSession { session in try session.stream(sql) { _ in } }
      }
      #expect(streamed.code == .unexpectedResult || streamed.code == .server)
      #expect(try await connection.withSession { try $0.query("select 1").only { try $0.int(0) } } == 1)
    }
  }

  /// Without a receiver libpq writes notices to stderr.
  @Test func noticesGoIntoTheLog() async throws {
    let recorder = LogRecorder()
    let connection = try await PostgresConnection.connect(serverConfiguration(), logger: recorder.logger)
    try await connection.withSession { session in
      try session.script("do $$ begin raise notice 'quiet word'; raise warning 'loud word'; end $$")
    }
    #expect(recorder.recorded.contains { $0.level == .debug && $0.text.contains("quiet word") })
    #expect(recorder.recorded.contains { $0.level == .warning && $0.text.contains("loud word") })
    await connection.close()
  }
}
