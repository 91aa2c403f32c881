public import Logging
public import PostgresClient
public import ServiceLifecycle

/// Reads unmapped messages again when a file that could map them has changed: each once for each version of the files.
public struct DeliveryRetryService: Service {
  let configuration: PostgresConfiguration
  let book: LabFilesBook
  let terms: DoorTerms
  let interval: Duration
  let logger: Logger

  /// How many messages one change may have read again; the rest waits for `boardcast producers retry` or the next change.
  static let most = 10_000

  /// - Parameters:
  ///   - terms: where callbacks may go that messages ask for.
  ///   - interval: how often to see whether files have changed.
  public init(
    configuration: PostgresConfiguration, book: LabFilesBook, terms: DoorTerms, interval: Duration = .seconds(2),
    logger: Logger
  ) {
    self.configuration = configuration
    self.book = book
    self.terms = terms
    self.interval = interval
    self.logger = logger
  }

  /// Follows the files until the service group shuts down.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      var done: [Version]?
      var connection: PostgresConnection?
      while !Task.isCancelled {
        let files = book.current.producers
        let versions = Version.all(files)
        if versions != done {
          do {
            let current = try await PostgresConnection.keep(connection, orConnect: configuration, logger: logger)
            connection = current
            try await retry(files, versions, current)
            done = versions
          } catch {
            if Task.isCancelled { break }
            logger.debug("unmapped messages are not read again", metadata: ["error": "\(error)"])
          }
          // Files change seldom.
          await connection?.close()
          connection = nil
        }
        try? await Task.sleep(for: interval)
      }
    }
  }

  /// One source and the version of its files.
  private struct Version: Hashable, Sendable {
    let producer: String
    let source: String
    let digest: String

    static func all(_ files: ProducerFiles) -> [Version] {
      files.sources.map { Version(producer: $0.producer, source: $0.name, digest: files.version(of: $0)) }
    }
  }

  private func retry(_ files: ProducerFiles, _ versions: [Version], _ connection: PostgresConnection) async throws {
    let isThere = try await connection.withSession { session in
      try session.query(CallbackSQL.isThere).only { try $0.bool("there") }
    }
    guard isThere else { return }
    let names: [PostgresValue] = [
      .textArray(versions.map(\.producer)), .textArray(versions.map(\.source)), .textArray(versions.map(\.digest)),
      PostgresValue(100),
    ]
    var events: [Int64] = []
    var count = 0
    while count < Self.most, !Task.isCancelled {
      let some = try await connection.withSession { session in
        try session.query(DeliverySQL.untried, names).map {
          (id: Int64(try $0.int("id")), digest: try $0.string("digest"))
        }
      }
      if some.isEmpty { break }
      count += some.count
      for (id, digest) in some {
        let terms = terms
        let retried = try await connection.withTransaction { session -> Delivery.Retried? in
          guard try session.execute(DeliverySQL.tryWith, [.int8(id), .text(digest)]) > 0 else { return nil }
          return try Delivery.retry(id, files, terms: terms, session)
        }
        if case .event(let event, isDuplicate: false)? = retried { events.append(event) }
      }
    }
    guard count > 0 else { return }
    logger.info(
      "unmapped messages read again, as their files have changed",
      metadata: ["messages": "\(count)", "events": "\(events.count)"])
  }
}
