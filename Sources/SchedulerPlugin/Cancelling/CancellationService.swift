internal import AsyncHTTPClient
public import Logging
public import PostgresClient
public import ServiceLifecycle

/// Has queued jobs of older builds cancelled by LAVA, where a rule says `newer_build: cancel`. Behind everything else: no
/// decision waits for it, and while LAVA cannot be asked, what is to be cancelled stays noted.
public struct CancellationService: Service {
  let configuration: PostgresConfiguration
  let settings: DictionarySettings
  let interval: Duration
  let patience: Backoff
  let logger: Logger

  /// - Parameters:
  ///   - settings: whom to ask, and with which token.
  ///   - interval: how often to see what is due.
  ///   - patience: how long to wait when LAVA cannot be asked.
  public init(
    configuration: PostgresConfiguration, settings: DictionarySettings, interval: Duration = .seconds(1),
    patience: Backoff = Backoff(initial: .seconds(2), cap: .seconds(300)), logger: Logger
  ) {
    self.configuration = configuration
    self.settings = settings
    self.interval = interval
    self.patience = patience
    self.logger = logger
  }

  /// Asks until the service group shuts down.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      try? await HTTPClient.withHTTPClient(configuration: LAVADictionaries.clientConfiguration) { client in
        await follow(client)
      }
    }
  }

  private func follow(_ client: HTTPClient) async {
    var connection: PostgresConnection?
    var failures = 0
    var said: String?
    while !Task.isCancelled {
      do {
        let current = try await PostgresConnection.keep(connection, orConnect: configuration, logger: logger)
        connection = current
        let trouble = try await look(client, current, failures: failures)
        failures = trouble == nil ? 0 : failures + 1
        if let trouble, trouble != said {
          logger.error("jobs of older builds are not cancelled", metadata: ["error": "\(trouble)"])
        }
        said = trouble
      } catch {
        if Task.isCancelled { break }
        // The writer says the same of the same database.
        logger.debug("cancellations are not read", metadata: ["error": "\(error)"])
        if let broken = connection, !broken.isUsable {
          await broken.close()
          connection = nil
        }
      }
      try? await Task.sleep(for: interval)
    }
    await connection?.close()
  }

  /// One look at what is due. Returns why LAVA cannot be asked; nil when it can, or need not.
  private func look(_ client: HTTPClient, _ connection: PostgresConnection, failures: Int) async throws -> String? {
    let isDue = try await connection.withSession { session in
      guard try session.query(CancellationSQL.anyDue).only({ try $0.bool("due") }) else { return false }
      return try session.query(CancellationSQL.lock).only { try $0.bool("taken") }
    }
    guard isDue else { return nil }
    do {
      let trouble = try await work(client, connection, failures: failures)
      try await unlock(connection)
      return trouble
    } catch {
      try? await unlock(connection)
      throw error
    }
  }

  private func work(_ client: HTTPClient, _ connection: PostgresConnection, failures: Int) async throws -> String? {
    let due = try await connection.withSession { try Cancellation.due($0) }
    let canceller = settings.lavaURL.flatMap { url in
      settings.token.map { LAVACanceller(client: client, lavaURL: url, token: $0) }
    }
    do {
      let user = try await due.contains { $0.settled == nil } ? canceller?.user() : nil
      for item in due { try await settle(item, canceller, user, connection) }
      return nil
    } catch let refused as LAVADictionaries.Refused {
      let pause = patience.pause(afterFailures: failures + 1)
      try await connection.withTransaction { session in
        for item in due where item.isOld && item.settled == nil {
          try item.end(.givenUp, by: nil, problem: refused.description, session)
        }
        try Cancellation.putOff(refused.description, for: pause, session)
      }
      return refused.description
    }
  }

  private func settle(
    _ item: Cancellation, _ canceller: LAVACanceller?, _ user: String?, _ connection: PostgresConnection
  ) async throws {
    // The job's state is looked at just before LAVA is asked: one that was started is no longer ours to stop.
    let next = try await connection.withTransaction { session -> Cancellation? in
      guard let now = try item.now(session) else { return nil }
      if let result = now.settled {
        try now.end(result, by: now.attempts > 0 ? user : nil, session)
        return nil
      }
      guard canceller != nil else {
        try now.end(.givenUp, by: nil, problem: "config.yaml names no lava_url and lava_token_file", session)
        return nil
      }
      try now.begin(session)
      return now
    }
    guard let next, let canceller else { return }
    let answer = try await canceller.cancel(next.job)
    try await connection.withTransaction { session in
      switch answer {
      case .taken: try next.end(.cancelled, by: user, session)
      case .refused(let words): try next.end(.givenUp, by: nil, problem: words, session)
      }
    }
    switch answer {
    case .taken: logger.info("a queued job of an older build is cancelled", metadata: ["job": "\(next.job)"])
    case .refused(let words):
      logger.error("LAVA does not cancel a job", metadata: ["job": "\(next.job)", "reason": "\(words)"])
    }
  }

  private func unlock(_ connection: PostgresConnection) async throws {
    _ = try await connection.withSession { try $0.query(DictionarySQL.unlock).rowCount }
  }
}
