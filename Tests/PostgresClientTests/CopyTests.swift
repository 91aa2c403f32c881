import PostgresClient
import Testing

/// COPY is how jobs get into LAVA's queue: all rows or none, and a connection that works afterwards.
@Suite(.timeLimit(.minutes(1))) struct CopyTests {
  private static let table: SQL = """
    create table sample (
      a int2, b int4, c int8, d float8, e bool, f text, g varchar(20), h jsonb, i bytea, j timestamptz, k text[]
    )
    """
  private static let columns = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"]

  private func count(_ connection: PostgresConnection) async throws -> Int {
    try await connection.withSession { session in
      try session.query("select count(*) from sample").only { row in try row.int(0) }
    }
  }

  @Test func everyTypeArrives() async throws {
    try await withConnection { connection in
      try await connection.withSession { session in
        try session.script(Self.table)
        let rows = try session.copyIn(table: "sample", columns: Self.columns) { writer in
          try writer.row { row in
            row.int2(-1)
            row.int4(2)
            row.int8(3)
            row.float8(0.5)
            row.bool(true)
            row.text("té\t\\N\n")
            row.text("short")
            row.jsonb("{\"k\": [1]}")
            row.bytea([0, 255])
            row.timestamptz(1_500_000)
            row.append(.textArray(["x", "y,z"]))
          }
          try writer.row(Array(repeating: .null, count: 11))
          #expect(writer.rowCount == 2)
        }
        #expect(rows == 2)
        try session.query("select * from sample where a is not null").only { row throws in
          #expect(try row.int("a") == -1 && row.int("b") == 2 && row.int("c") == 3)
          #expect(try row.double("d") == 0.5 && row.bool("e"))
          #expect(try row.string("f") == "té\t\\N\n" && row.string("g") == "short")
          #expect(try row.json("h") == "{\"k\": [1]}" && row.bytes("i") == [0, 255])
          #expect(try row.unixSeconds("j") == 946_684_801.5)
          #expect(try row.stringArray("k") == ["x", "y,z"])
        }
        #expect(try session.query("select 1 from sample where num_nulls(a,b,c,d,e,f,g,h,i,j,k) = 11").rowCount == 1)
      }
    }
  }

  @Test func aHundredThousandRowsArrive() async throws {
    try await withConnection { connection in
      let rows = try await connection.withTransaction { session in
        try session.script("create schema \"od\"\"d\"; create table \"od\"\"d\".\"T x\" (\"i d\" int8, t text)")
        return try session.copyIn(table: "T x", schema: "od\"d", columns: ["i d", "t"]) { writer in
          for number in 0..<100_000 {
            try writer.row { row in
              row.int8(Int64(number))
              row.text("row \(number)")
            }
          }
        }
      }
      #expect(rows == 100_000)
      let sum = try await connection.withSession { session in
        try session.query("select sum(\"i d\")::int8 from \"od\"\"d\".\"T x\" where t = 'row ' || \"i d\"").only {
          row throws in
          try row.int(0)
        }
      }
      #expect(sum == 4_999_950_000)
    }
  }

  @Test func throwingKeepsNoRowAndTheConnectionWorks() async throws {
    struct Stop: Error {}
    try await withConnection { connection in
      try await connection.withSession { session in try session.script("create table sample (a int4)") }
      await #expect(throws: Stop.self) {
        try await connection.withSession { session in
          try session.copyIn(table: "sample", columns: ["a"]) { writer in
            for number in 0..<50_000 { try writer.row([.int4(Int32(number))]) }
            throw Stop()
          }
        }
      }
      #expect(try await count(connection) == 0)
    }
  }

  @Test func rowsThatTheServerRefusesGiveItsError() async throws {
    try await withConnection { connection in
      try await connection.withSession { session in try session.script("create table sample (a int4 primary key)") }
      let width = try await #require(throws: PostgresError.self) {
        try await connection.withSession { session in
          try session.copyIn(table: "sample", columns: ["a"]) { writer in try writer.row([.int8(1)]) }
        }
      }
      #expect(width.sqlState == "22P03")
      let twice = try await #require(throws: PostgresError.self) {
        try await connection.withTransaction { session in
          try session.copyIn(table: "sample", columns: ["a"]) { writer in
            for _ in 0..<20_000 { try writer.row([.int4(7)]) }
          }
        }
      }
      #expect(twice.sqlState == "23505" && twice.constraint == "sample_pkey")
      let table = try await #require(throws: PostgresError.self) {
        try await connection.withSession { session in
          try session.copyIn(table: "nothing", columns: ["a"]) { _ in }
        }
      }
      #expect(table.sqlState == "42P01")
      #expect(try await count(connection) == 0)
    }
  }

  @Test func rowsThatWeRefuseNameTheColumnAndCanBeSkipped() async throws {
    try await withConnection { connection in
      try await connection.withSession { session in
        try session.script("create table sample (a int4, name text)")
        let rows = try session.copyIn(table: "sample", columns: ["a", "name"]) { writer in
          let nul = #expect(throws: PostgresError.self) { try writer.row([.int4(1), "a\0b"]) }
          #expect(nul?.code == .copyFailed && nul?.column == "name")
          #expect(nul?.description.contains("row 1: the value for column name holds a NUL") == true)
          let short = #expect(throws: PostgresError.self) { try writer.row([.int4(1)]) }
          #expect(short?.description.contains("1 values for 2 columns") == true)
          #expect(throws: PostgresError.self) { try writer.row([1, 2, 3]) }
          try writer.row([.int4(1), "fine"])
        }
        #expect(rows == 1)
        #expect(try session.query("select a, name from sample").only { try $0.string("name") } == "fine")
      }
    }
  }

  /// The writer sends into the void for a while; the call must still end, and say what happened.
  @Test func aServerThatLeavesMidwayIsALostConnection() async throws {
    try await withConnection { connection in
      let error = try await #require(throws: PostgresError.self) {
        try await connection.withTransaction { session in
          try session.script(
            """
            create table sample (a int4);
            create function leave() returns trigger language plpgsql as
              'begin perform pg_terminate_backend(pg_backend_pid()); return new; end';
            create trigger leave before insert on sample for each row when (new.a = 100) execute function leave();
            """)
          try session.copyIn(table: "sample", columns: ["a"]) { writer in
            for number in 0..<300_000 { try writer.row([.int4(Int32(number))]) }
          }
        }
      }
      #expect(error.code == .connectionLost && !connection.isUsable)
    }
  }
}
