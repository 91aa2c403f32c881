import PostgresClient
import Testing

/// What goes in must come out, at the edges of each type.
@Suite(.timeLimit(.minutes(1))) struct ValueTests {
  @Test func scalarsSurviveTheRoundTrip() async throws {
    try await withConnection { connection in
      try await connection.withSession { session in
        let nasty = "né \"q\" 'a' \\ \n\t {x,y} NULL 🛰"
        let result = try session.query(
          """
          select $1::text a, $2::int2 b, $3::int4 c, $4::int8 d, $5::float8 e, $6::bool f, $7::bytea g, $8::json h,
            $9::jsonb i, $10::text j, $11::inet k, $12::text l
          """,
          [
            .text(nasty), .int2(.min), .int4(.min), .int8(.min), .float8(0.1), .bool(true), .bytea([0, 1, 255]),
            .json("{ \"a\": 1 }"), .jsonb("{\"a\": [1, null]}"), .null, .inferred("10.0.0.1"), "",
          ])
        #expect(result.rowCount == 1)
        #expect(result.columnNames == ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"])
        try result.only { row throws in
          #expect(try row.string("a") == nasty)
          #expect(try row.int("b") == Int(Int16.min))
          #expect(try row.int("c") == Int(Int32.min))
          #expect(try row.int("d") == Int.min)
          #expect(try row.double("e") == 0.1)
          #expect(try row.bool("f"))
          #expect(try row.bytes("g") == [0, 1, 255])
          #expect(try row.json("h") == "{ \"a\": 1 }")
          #expect(try row.json("i") == "{\"a\": [1, null]}")
          #expect(try row.isNull("j"))
          #expect(try row.optionalString("j") == nil)
          #expect(try row.optionalInt(9) == nil)
          #expect(try row.string("k") == "10.0.0.1")
          #expect(try row.string("l") == "")
        }
      }
    }
  }

  @Test func arraysSurviveTheRoundTrip() async throws {
    try await withConnection { connection in
      try await connection.withSession { session in
        let texts = ["", "a,b", "{}", "\"q\"", "back\\slash", "NULL", "null", " ", "é"]
        let result = try session.query(
          "select $1::text[] a, $2::int4[] b, $3::int8[] c, $4::text[] d",
          .textArray(texts), .int4Array([-1, 0, .max]), .int8Array([.min, .max]), .textArray([]))
        try result.only { row throws in
          #expect(try row.stringArray("a") == texts)
          #expect(try row.intArray("b") == [-1, 0, Int(Int32.max)])
          #expect(try row.intArray("c") == [.min, .max])
          #expect(try row.stringArray("d").isEmpty)
        }
        let error = #expect(throws: PostgresError.self) {
          try session.query("select array['a', null] as tags").only { row in try row.stringArray("tags") }
        }
        #expect(error?.column == "tags")
      }
    }
  }

  /// The server's own arithmetic is the judge of ours; before PostgreSQL 14 that of whole seconds alone is exact.
  @Test(arguments: [
    "2000-01-01 00:00:00+00", "1999-12-31 23:59:59.999999+00", "2026-11-19 08:30:00.25+05:30", "1969-07-20 20:17:40-11",
    "2024-02-29 12:00:00+00", "0044-03-15 12:00:00+00 BC", "0001-01-01 00:00:00+00", "9999-12-31 23:59:59.999999+00",
    "1900-03-01 00:00:00+00", "4713-01-01 00:00:00+00 BC",
  ])
  func timestampsSurviveTheRoundTrip(_ text: String) async throws {
    let connection = try await PostgresConnection.connect(serverConfiguration(), logger: quiet)
    try await connection.withSession { session in
      try session.query(
        """
        select t, (extract(epoch from date_trunc('second', t))::numeric * 1000000
                   + extract(microseconds from t)::numeric % 1000000 - 946684800000000)::int8 as expected,
          t at time zone 'utc' as bare from (select $1::timestamptz as t) x
        """, .inferred(text)
      ).only { row throws in
        let microseconds = try row.timestampMicroseconds("t")
        #expect(microseconds == Int64(try row.int("expected")))
        #expect(try row.timestampMicroseconds("bare") == microseconds)
        let back = try session.query("select $1 = $2::timestamptz", .timestamp(microseconds), .inferred(text))
        #expect(try back.only { try $0.bool(0) })
      }
    }
    await connection.close()
  }

  @Test func infinityAndUnixTime() async throws {
    let connection = try await PostgresConnection.connect(serverConfiguration(), logger: quiet)
    try await connection.withSession { session in
      try session.query(
        "select 'infinity'::timestamptz, '-infinity'::timestamptz, to_timestamp(1.5), $1",
        .timestamp(unixSeconds: 1_800_000_000.25)
      ).only { row throws in
        #expect(try row.timestampMicroseconds(0) == .max)
        #expect(try row.unixSeconds(1) == -.infinity)
        #expect(try row.unixSeconds(2) == 1.5)
        #expect(try row.unixSeconds(3) == 1_800_000_000.25)
      }
    }
    await connection.close()
  }

  /// libpq would cut text at the NUL without a word.
  @Test(arguments: [PostgresValue.text("a\0b"), .inferred("\0"), .jsonb("\"\0\""), .textArray(["ok", "a\0"])])
  func aNULInTextIsRefusedClearly(_ value: PostgresValue) async throws {
    let connection = try await PostgresConnection.connect(serverConfiguration(), logger: quiet)
    let error = try await #require(throws: PostgresError.self) {
      try await connection.withSession { session in try session.execute("select $1::text, $2", 1, value) }
    }
    #expect(error.code == .invalidParameter)
    #expect(error.description.contains("parameter $2 holds a NUL"))
    await connection.close()
  }

  @Test func misreadingNamesTheColumn() async throws {
    let connection = try await PostgresConnection.connect(serverConfiguration(), logger: quiet)
    func refuse(_ sql: SQL, _ read: @escaping @Sendable (borrowing PostgresRow) throws -> Void) async throws
      -> PostgresError
    {
      try await #require(throws: PostgresError.self) {
        try await connection.withSession { session in try session.query(sql).forEach(read) }
      }
    }
    let null = try await refuse("select null::int as state") { _ = try $0.int("state") }
    #expect(null.code == .decoding && null.column == "state")
    #expect(null.description.contains("column state: is NULL"))
    let type = try await refuse("select 1.5 as load") { _ = try $0.int("load") }
    #expect(type.description.contains("column load: numeric cannot be read as an integer"))
    let missing = try await refuse("select 1 as one") { _ = try $0.int("two") }
    #expect(missing.column == "two" && missing.description.contains("it has: one"))
    let twice = try await refuse("select 1 as id, 2 as id") { _ = try $0.int("id") }
    #expect(twice.description.contains("several columns"))
    let far = try await refuse("select 1") { _ = try $0.int(1) }
    #expect(far.code == .decoding)
    await connection.close()
  }
}
