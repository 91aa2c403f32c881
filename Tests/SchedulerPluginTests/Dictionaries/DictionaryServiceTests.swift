import LabSupport
import Logging
import PostgresClient
import SchedulerPlugin
import ServiceLifecycle
import Testing

/// Protects what is known while LAVA cannot be asked, and the log from being filled with that.
@Suite("The background refresh of dictionaries", .timeLimit(.minutes(2)))
struct DictionaryServiceTests {
  /// Runs the service in a group of its own until the body is done.
  private func with(
    _ settings: DictionarySettings, _ body: (PostgresConnection, LogRecorder) async throws -> Void
  ) async throws {
    try await LAVADatabase.with { configuration in
      let connection = try await PostgresConnection.connect(configuration, logger: LAVADatabase.logger)
      try await connection.withSession { session in
        try LAVARows.addDeviceType("t", session)
        try LAVARows.addDevice("a", type: "t", worker: nil, session)
        try DictionaryStore.save("a", .problem("as it was"), fileTime: nil, session)
        try LAVARows.addDevice("b", type: "t", worker: nil, session)
      }
      let recorder = LogRecorder()
      let service = DictionaryService(
        configuration: configuration, settings: settings, interval: .milliseconds(10),
        patience: Backoff(initial: .milliseconds(5), cap: .milliseconds(5)), logger: recorder.logger)
      let group = ServiceGroup(services: [service], logger: LAVADatabase.logger)
      let running = Task { try await group.run() }
      try await body(connection, recorder)
      await group.triggerGracefulShutdown()
      try await running.value
      await connection.close()
    }
  }

  private func errors(_ recorder: LogRecorder) -> [String] {
    recorder.recorded.filter { $0.level == .error }.map(\.text)
  }

  @Test("LAVA that is not there is tried again and again, and said once; what was known stays")
  func unreachable() async throws {
    var settings = DictionarySettings()
    // The discard port: nobody listens.
    settings.lavaURL = "http://127.0.0.1:9"
    settings.token = LAVAToken("abc123secret")
    try await with(settings) { connection, recorder in
      // What repeats itself is said for whoever asks for everything.
      while recorder.recorded.count(where: { $0.level == .debug }) < 3 { try await Task.sleep(for: .milliseconds(5)) }
      let said = errors(recorder)
      #expect(said.count == 1 && said[0].contains("LAVA cannot be asked at http://127.0.0.1:9: Connection refused"))
      #expect(!recorder.lines.joined().contains("secret"))
      let kept = try await connection.withSession { session in
        try session.query("SELECT hostname, problem FROM boardcast.dictionary").map {
          [try $0.string("hostname"), try $0.string("problem")]
        }
      }
      #expect(kept == [["a", "as it was"]])
    }
  }

  @Test("Where nobody says whom to ask, nothing is asked, and the group goes on")
  func nobody() async throws {
    try await with(DictionarySettings()) { _, recorder in
      #expect(recorder.lines.isEmpty)
    }
  }
}
