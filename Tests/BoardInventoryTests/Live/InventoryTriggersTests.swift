import BoardInventory
import LabSupport
import PostgresClient
import Testing

/// Protects the way back from triggers that somebody dropped or switched off.
@Suite("Missing triggers are put back")
struct InventoryTriggersTests {
  private static func all(_ session: borrowing PostgresSession) throws -> [String] {
    try session.query(
      """
      SELECT pg_get_triggerdef(oid) || ' ' || tgenabled::text AS text FROM pg_trigger
       WHERE tgname LIKE 'boardcast%' AND tgname <> 'boardcast_pool' AND tgrelid::regclass::text LIKE 'lava%' ORDER BY 1
      """
    ).map { try $0.string("text") }
  }

  @Test("Whatever was dropped or disabled, all are again as the migration made them; a second time nothing is done")
  func restored() async throws {
    try await LAVADatabase.with { configuration in
      let connection = try await PostgresConnection.connect(configuration, logger: LAVADatabase.logger)
      try await connection.withTransaction { session in
        let made = try Self.all(session)
        #expect(made.count == 32)
        #expect(try InventoryTriggers.restore(session).isEmpty)
        try session.script(
          """
          DO $$ DECLARE t record; BEGIN
            FOR t IN SELECT tgname, tgrelid::regclass AS name FROM pg_trigger
                      WHERE tgname LIKE 'boardcast%' AND tgrelid::regclass::text LIKE 'lava%' LOOP
              IF t.tgname = 'boardcast_updated' THEN
                EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', t.name, t.tgname);
              ELSE
                EXECUTE format('DROP TRIGGER %I ON %s', t.tgname, t.name);
              END IF;
            END LOOP;
          END $$
          """)
        #expect(try InventoryTriggers.missing(session).count == 32)
        #expect(try InventoryTriggers.restore(session).count == 32)
        #expect(try InventoryTriggers.missing(session).isEmpty)
        #expect(try Self.all(session) == made)
      }
      await connection.close()
    }
  }
}
