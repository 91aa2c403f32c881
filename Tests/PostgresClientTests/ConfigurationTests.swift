import PostgresClient
import Testing

/// Passwords must not show anywhere, and what is passed must arrive.
@Suite(.timeLimit(.minutes(1))) struct ConfigurationTests {
  @Test func urlAndKeywordsGiveTheSame() throws {
    let url = try PostgresConfiguration(
      connectionString: "postgresql://me:pass%20word@db1,db2:5433/lava?sslmode=require")
    #expect(url.parameters["host"] == "db1,db2")
    #expect(url.parameters["sslmode"] == "require")
    #expect(url.parameters["password"] == "pass word")
    let words = try PostgresConfiguration(
      connectionString: "host=db1,db2 port=,5433 user=me password='pass word' dbname=lava sslmode=require")
    #expect(url == words)
  }

  @Test func thePasswordShowsNowhere() throws {
    let configuration = PostgresConfiguration(
      parameters: ["host": "h", "password": "hunter2", "sslpassword": "hunter2"])
    struct Outer { let configuration: PostgresConfiguration }
    var dumped = ""
    dump(Outer(configuration: configuration), to: &dumped)
    for text in [
      "\(configuration)", String(reflecting: configuration), "\(Outer(configuration: configuration))", dumped,
    ] {
      #expect(!text.contains("hunter2"))
      #expect(text.contains("host=h"))
    }
  }

  @Test(arguments: [
    ("host=h pasword=hunter2", "pasword"),
    ("postgresql://u:hunter2@h/d?sslmod=require", "sslmod"),
  ])
  func anUnknownOptionIsNamed(_ string: String, _ option: String) throws {
    let error = try #require(throws: PostgresError.self) { try PostgresConfiguration(connectionString: string) }
    #expect(error.code == .invalidConfiguration)
    #expect(error.description.contains("\"\(option)\""))
    #expect(!error.debugDescription.contains("hunter2"))
  }

  /// libpq's own messages for these quote the piece of the password that it took for something else.
  @Test(arguments: [
    "host=h password=abc hunter2", "postgresql://u:abc/hunter2@h/d", "postgresql://u:abc@hunter2@h/d",
    "postgresql://u:abc%zzhunter2@h/d", "host=h password='hunter2", "hunter2", "host=h\0password=hunter2",
    "host=h connect_timeout=hunter2",
  ])
  func aPasswordTakenForSomethingElseIsNotQuoted(_ string: String) throws {
    let error = try #require(throws: PostgresError.self) { try PostgresConfiguration(connectionString: string) }
    #expect(error.code == .invalidConfiguration)
    #expect(!error.debugDescription.contains("hunter2"))
  }

  @Test func settingsArriveAtTheServer() async throws {
    var configuration = try await serverConfiguration()
    configuration.statementTimeout = .seconds(7)
    configuration.lockTimeout = .milliseconds(1500)
    configuration.idleInTransactionTimeout = .seconds(60)
    configuration.applicationName = "board caster"
    configuration.sessionSettings = ["search_path": "boardcast, public"]
    let connection = try await PostgresConnection.connect(configuration, logger: quiet)
    let settings = try await connection.withSession { session in
      try session.query(
        """
        select current_setting('statement_timeout'), current_setting('lock_timeout'),
          current_setting('idle_in_transaction_session_timeout'), current_setting('application_name'),
          current_setting('search_path')
        """
      ).only { row in try (0..<5).map { try row.string(.index($0)) } }
    }
    #expect(settings == ["7s", "1500ms", "1min", "board caster", "boardcast, public"])
    #expect(connection.serverVersion >= 130000)
    await connection.close()
  }
}
