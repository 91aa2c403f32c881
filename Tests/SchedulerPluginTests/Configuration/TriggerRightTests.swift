import LabSupport
import PostgresClient
import Testing

@testable import SchedulerPlugin

/// Protects operators from a lab that is followed by nobody without anybody noticing.
@Suite("Triggers and the right to make them")
struct TriggerRightTests {
  private func findings(_ configuration: PostgresConfiguration) async throws -> [Doctor.Finding] {
    await Doctor.examine(
      DatabaseLocation(configuration: configuration, source: "the test"), files: Example.shippedFiles(),
      migrations: try Migrations(directory: Lab.repository + "/migrations"), logger: LAVADatabase.logger
    ).findings.filter { $0.subject == "triggers" }
  }

  @Test("The doctor says that triggers are missing, and to a role that may not make them also what to grant")
  func doctor() async throws {
    try await TestLab.with { lab in
      #expect(try await findings(lab.configuration).map(\.verdict) == [.good])
      try await lab.change("DROP TRIGGER boardcast_deleted ON lava_scheduler_app_device")
      let one = try #require(try await findings(lab.configuration).first)
      #expect(one.verdict == .warning)
      #expect(one.detail.hasSuffix("the trigger boardcast_deleted on device is missing or off; run 'boardcast enable'"))
      let admin = try PostgresConfiguration(connectionString: Lab.current.get()["BOARDCAST_LAB_ADMIN_URL"])
      // A role that PostgreSQL has by itself: reads everything, makes nothing.
      var parameters = admin.parameters
      parameters["dbname"] = lab.configuration.parameters["dbname"]
      parameters["options"] = "-c role=pg_read_all_data"
      let reader = PostgresConfiguration(parameters: parameters)
      let other = try #require(try await findings(reader).first)
      #expect(other.detail.contains("GRANT TRIGGER ON lava_scheduler_app_alias, lava_scheduler_app_device"))
      let connection = try await PostgresConnection.connect(reader, logger: LAVADatabase.logger)
      await #expect(throws: TriggerRightLacking.self) { try await TriggerRightLacking.check(connection) }
      await connection.close()
      try await TriggerRightLacking.check(lab.connection)
    }
  }
}
