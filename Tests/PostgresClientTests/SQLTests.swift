import PostgresClient
import Testing

/// Names that come from outside (channels, tables of a configuration) must never become SQL.
@Suite(.timeLimit(.minutes(1))) struct SQLTests {
  @Test func quotesInNamesAreDoubled() throws {
    #expect(try SQL.identifier("plain").description == "\"plain\"")
    #expect(try SQL.identifier("a\"; drop table x; --").description == "\"a\"\"; drop table x; --\"")
    #expect(try SQL.identifiers(["a", "b\""]).description == "\"a\", \"b\"\"\"")
  }

  @Test(arguments: ["", "a\0b", String(repeating: "é", count: 32)])
  func namesThatPostgresRefusesOrCutsAreRefused(_ name: String) {
    let error = #expect(throws: PostgresError.self) { try SQL.identifier(name) }
    #expect(error?.code == .invalidName)
  }

  @Test func theServerReadsAQuotedNameAsItWasGiven() async throws {
    try await withConnection { connection in
      let name = "we\"ird $1 näme"
      let names = try await connection.withSession { session in
        try session.script("create table " + .identifier(name) + " (x int)")
        return try session.query("select relname from pg_class where relname = $1", .text(name)).map {
          try $0.string(0)
        }
      }
      #expect(names == [name])
    }
  }
}
