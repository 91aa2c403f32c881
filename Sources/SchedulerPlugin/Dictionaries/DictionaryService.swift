internal import AsyncHTTPClient
public import Logging
public import PostgresClient
public import ServiceLifecycle

/// Keeps what dictionaries say up to date, behind everything else: no decision waits for it, and while LAVA cannot be
/// asked, what is known stays known.
public struct DictionaryService: Service {
  let configuration: PostgresConfiguration
  let settings: DictionarySettings
  let interval: Duration
  let patience: Backoff
  let logger: Logger

  /// - Parameters:
  ///   - interval: how often to see which boards are due.
  ///   - patience: how long to wait when LAVA cannot be asked.
  public init(
    configuration: PostgresConfiguration, settings: DictionarySettings, interval: Duration = .seconds(30),
    patience: Backoff = Backoff(initial: .seconds(10), cap: .seconds(300)), logger: Logger
  ) {
    self.configuration = configuration
    self.settings = settings
    self.interval = interval
    self.patience = patience
    self.logger = logger
  }

  /// Asks until the service group shuts down; ends at once where no `lava_url` says whom to ask.
  public func run() async throws {
    guard let url = settings.lavaURL else {
      // A service that ends would end its group.
      try? await gracefulShutdown()
      return
    }
    await cancelWhenGracefulShutdown {
      try? await HTTPClient.withHTTPClient(configuration: LAVADictionaries.clientConfiguration) { client in
        await follow(DictionaryRound(LAVADictionaries(client: client, lavaURL: url, token: settings.token), settings))
      }
    }
  }

  private func follow(_ round: DictionaryRound) async {
    var connection: PostgresConnection?
    var failures = 0
    var said: String?
    while !Task.isCancelled {
      do {
        let current = try await PostgresConnection.keep(connection, orConnect: configuration, logger: logger)
        connection = current
        try await look(round, current)
        if failures > 0 { logger.info("LAVA's device dictionaries are read again") }
        (failures, said) = (0, nil)
        try? await Task.sleep(for: interval)
      } catch {
        if Task.isCancelled { break }
        failures += 1
        // The same trouble is said once.
        let level: Logger.Level = said == "\(error)" ? .debug : .error
        logger.log(level: level, "device dictionaries are not read", metadata: ["error": "\(error)"])
        said = "\(error)"
        if let broken = connection, !broken.isUsable {
          await broken.close()
          connection = nil
        }
        try? await Task.sleep(for: patience.pause(afterFailures: failures))
      }
    }
    await connection?.close()
  }

  private func look(_ round: DictionaryRound, _ connection: PostgresConnection) async throws {
    let isOurs = try await connection.withSession { try $0.query(DictionarySQL.lock).only { try $0.bool("taken") } }
    // Another process asks; it may end any time.
    guard isOurs else { return }
    do {
      try await refresh(round, connection)
    } catch {
      _ = try? await connection.withSession { try $0.query(DictionarySQL.unlock).rowCount }
      throw error
    }
    _ = try await connection.withSession { try $0.query(DictionarySQL.unlock).rowCount }
  }

  private func refresh(_ round: DictionaryRound, _ connection: PostgresConnection) async throws {
    let boards = try await connection.withTransaction { try DictionaryStore.boards($0) }
    let due = round.due(boards)
    guard !due.isEmpty else { return }
    let done = try await round.run(due, on: connection)
    logger.info(
      "device dictionaries read",
      metadata: ["boards": "\(done.done)", "changed": "\(done.changed)", "not_rendered": "\(done.failed)"])
  }
}
