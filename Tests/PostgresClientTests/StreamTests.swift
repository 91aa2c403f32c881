import PostgresClient
import Testing

/// The inventory is read this way; leaving in the middle must not leave the connection in the middle.
@Suite(.timeLimit(.minutes(1))) struct StreamTests {
  struct Stop: Error {}

  @Test func rowsComeInOrderAndAllOfThem() async throws {
    try await withConnection { connection in
      let sum = try await connection.withSession { session in
        var sum = 0
        var last = 0
        try session.stream("select n::int4 as n from generate_series(1, $1) n", [10_000]) { row in
          let number = try row.int("n")
          #expect(number == last + 1)
          last = number
          sum += number
        }
        return sum
      }
      #expect(sum == 50_005_000)
    }
  }

  @Test func leavingMidwayKeepsTransactionAndConnection() async throws {
    try await withConnection { connection in
      let (seen, one) = try await connection.withTransaction { session in
        var seen = 0
        #expect(throws: Stop.self) {
          try session.stream("select generate_series(1, 100000)") { _ in
            seen += 1
            if seen == 10 { throw Stop() }
          }
        }
        return (seen, try session.query("select 1").only { row in try row.int(0) })
      }
      #expect(seen == 10 && one == 1)
    }
  }

  @Test func anErrorAfterRowsIsThrownAndDrained() async throws {
    try await withConnection { connection in
      let error = try await #require(throws: PostgresError.self) {
        try await connection.withSession { session in
          try session.stream("select 1 / (5 - n) from generate_series(1, 10) n") { _ in }
        }
      }
      #expect(error.sqlState == "22012")
      #expect(error.debugDescription.contains("generate_series"))
      #expect(try await connection.withSession { try $0.query("select 1").rowCount } == 1)
    }
  }

  /// libpq would drop the rest of the rows, or the COPY, without a word.
  @Test func aStatementInsideAStreamOrCopyIsRefusedAndHarmless() async throws {
    try await withConnection { connection in
      try await connection.withSession { session in
        try session.script("create table t (x int4)")
        var rows = 0
        try session.stream("select generate_series(1, 3)") { _ in
          rows += 1
          let error = #expect(throws: PostgresError.self) { try session.execute("select 2") }
          #expect(error?.code == .unexpectedResult)
        }
        #expect(rows == 3)
        let copied = try session.copyIn(table: "t", columns: ["x"]) { writer in
          #expect(throws: PostgresError.self) { try session.script("select 2") }
          try writer.row([.int4(1)])
        }
        #expect(copied == 1)
        #expect(try session.query("select 1").rowCount == 1)
      }
    }
  }
}
