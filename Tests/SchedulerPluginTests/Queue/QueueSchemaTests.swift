import BoardInventory
import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects LAVA's queue from rows that a newer LAVA would not have written so.
@Suite("The job table's columns, and what goes into them")
struct QueueSchemaTests {
  /// The columns of a clone after a change of it.
  private func schema(_ change: SQL = "SELECT 1") async throws -> QueueSchema {
    try await LAVADatabase.with(migrated: false) { configuration in
      let connection = try await PostgresConnection.connect(configuration, logger: LAVADatabase.logger)
      let tables = try await connection.withTransaction { session in
        try session.script(change)
        return try LAVATables.read(session)
      }
      await connection.close()
      return try QueueSchema(tables)
    }
  }

  /// What LAVA's job table got in 2026.
  private static let newest: Set<QueueSchema.Column> = [.metadata, .requestedDevice, .requestedWorker]

  @Test("LAVA 2026.10's table has every column, 2023.01's all but those of 2026")
  func known() async throws {
    let expected = QueueSchema.Column.allCases.filter { Lab.knowsRequestedDevices || !Self.newest.contains($0) }
    #expect(try await schema().columns == expected)
  }

  @Test("Where LAVA's table cannot name a board, jobs that ask for one by name are not written")
  func noRequests() async throws {
    let schema = try await schema(
      """
      ALTER TABLE lava_scheduler_app_testjob DROP COLUMN IF EXISTS requested_device_id,
        DROP COLUMN IF EXISTS requested_worker_id
      """)
    let unfit = #expect(throws: QueueSchema.Unfit.self) { try schema.requireRequests() }
    #expect(unfit?.description.contains("requested_device_id") == true)
  }

  @Test("The columns LAVA added up to 2026.10 are understood")
  func newer() async throws {
    let columns = try await schema(
      """
      ALTER TABLE lava_scheduler_app_testjob ADD COLUMN IF NOT EXISTS requested_device_id varchar(200),
        ADD COLUMN IF NOT EXISTS requested_worker_id varchar(200), ADD COLUMN IF NOT EXISTS pool_pattern varchar(200),
        ADD COLUMN IF NOT EXISTS metadata jsonb NOT NULL, DROP COLUMN IF EXISTS pipeline_compatibility
      """
    ).columns
    #expect(Self.newest.isSubset(of: columns))
    #expect(!columns.contains(.pipelineCompatibility))
  }

  @Test("A column that must be filled and that nobody knows is refused by name")
  func stranger() async throws {
    let unfit = await #expect(throws: QueueSchema.Unfit.self) {
      try await schema("ALTER TABLE lava_scheduler_app_testjob ADD COLUMN quantum_bits integer NOT NULL")
    }
    #expect(unfit?.description.contains("quantum_bits") == true)
  }

  @Test(
    "A new column that LAVA's own old rows can do without is no obstacle",
    arguments: ["ADD COLUMN x integer", "ADD COLUMN x integer NOT NULL DEFAULT 1"])
  func harmless(change: String) async throws {
    let sql: SQL =
      change.contains("DEFAULT")
      ? "ALTER TABLE lava_scheduler_app_testjob ADD COLUMN x integer NOT NULL DEFAULT 1"
      : "ALTER TABLE lava_scheduler_app_testjob ADD COLUMN x integer"
    #expect(try await schema(sql).columns == schema().columns)
  }

  @Test("A column that is gone is refused by name")
  func dropped() async throws {
    let unfit = await #expect(throws: QueueSchema.Unfit.self) {
      try await schema("ALTER TABLE lava_scheduler_app_testjob DROP COLUMN queue_timeout")
    }
    #expect(unfit?.description.contains("queue_timeout") == true)
  }

  @Test("A database without LAVA's tables is not a LAVA that changed")
  func notLAVA() async throws {
    await #expect(throws: NotALAVADatabase(missing: ["lava_scheduler_app_testjob_tags"])) {
      try await schema("DROP TABLE lava_scheduler_app_testjob_tags")
    }
  }

  @Test("A job's token has 32 characters of Django's alphabet, all of it in use, and none comes twice")
  func token() {
    var random = SystemRandomNumberGenerator()
    let tokens = (0..<2_000).map { _ in LAVASecret.make(using: &random) }
    #expect(tokens.allSatisfy { $0.wholeMatch(of: /[a-zA-Z0-9]{32}/) != nil })
    #expect(Set(tokens).count == tokens.count)
    #expect(Set(tokens.joined()).count == 62)
  }
}
