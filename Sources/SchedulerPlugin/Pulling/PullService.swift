internal import Foundation
public import Logging
public import PostgresClient
public import ServiceLifecycle

/// Fetches what producers do not send: KernelCI's nodes, and builds where they are published. One process does it at a
/// time, the one whose connection holds the lock; on that connection it keeps everything, so whoever loses the lock can
/// keep nothing more.
public struct PullService: Service {
  let configuration: PostgresConfiguration
  let book: LabFilesBook
  /// What messages are held to, as at the doors.
  let terms: DoorTerms
  let wake: WakeSignal
  let crash: CrashPoints
  let logger: Logger
  let transport: @Sendable (String, PullRequest) async throws(CancellationError) -> PullAnswer
  /// How long to wait between two looks at who holds the lock and which sources there are.
  let interval: Duration
  let patience: Backoff
  let now: @Sendable () -> UTCInstant

  /// - Parameters:
  ///   - policy: where requests may go beside what the sources' own files name.
  ///   - terms: what messages are held to, as at the doors.
  public init(
    configuration: PostgresConfiguration, book: LabFilesBook, policy: OutboundPolicy, terms: DoorTerms,
    wake: WakeSignal, crash: CrashPoints = .none, logger: Logger
  ) {
    self.init(configuration: configuration, book: book, terms: terms, wake: wake, crash: crash, logger: logger) {
      place, request throws(CancellationError) in
      try await OutboundTransport(policy: policy, naming: place).send(request)
    }
  }

  init(
    configuration: PostgresConfiguration, book: LabFilesBook, terms: DoorTerms = DoorTerms(), wake: WakeSignal,
    crash: CrashPoints = .none, interval: Duration = .seconds(2),
    patience: Backoff = Backoff(initial: .seconds(2), cap: .seconds(300)),
    now: @escaping @Sendable () -> UTCInstant = PullService.systemTime, logger: Logger,
    transport: @escaping @Sendable (String, PullRequest) async throws(CancellationError) -> PullAnswer
  ) {
    self.configuration = configuration
    self.book = book
    self.terms = terms
    self.wake = wake
    self.crash = crash
    self.interval = interval
    self.patience = patience
    self.now = now
    self.logger = logger
    self.transport = transport
  }

  /// The wall clock: only what servers say in their own time is compared with it.
  static let systemTime: @Sendable () -> UTCInstant = {
    UTCInstant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
  }

  /// Fetches until the service group shuts down.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        // A lab that fetches nothing needs no connection.
        if !book.current.producers.fetched.isEmpty {
          do {
            let connection = try await PostgresConnection.connect(configuration, logger: logger)
            try? await lead(on: connection)
            await connection.close()
          } catch {
            // The writer says the same of the same database.
            logger.debug("nothing is fetched", metadata: ["error": "\(error)"])
          }
        }
        try? await Task.sleep(for: interval)
      }
    }
  }

  /// Waits for the lock, and works while the connection lasts.
  private func lead(on connection: PostgresConnection) async throws {
    while !Task.isCancelled {
      let isOurs = try await connection.withSession { session in
        guard try session.query(PullSQL.isThere).only({ try $0.bool("there") }) else { return false }
        return try session.query(PullSQL.lock).only { try $0.bool("taken") }
      }
      if isOurs { break }
      try await Task.sleep(for: interval)
    }
    var running: [PullStore: Task<Void, Never>] = [:]
    while !Task.isCancelled {
      // A connection that broke while nothing was to be kept shows only when it is used.
      guard (try? await connection.withSession({ try $0.query(PullSQL.isThere).rowCount })) != nil else { break }
      let wanted = Set(book.current.producers.fetched)
      for (store, task) in running where !wanted.contains(store) {
        task.cancel()
        await task.value
        running[store] = nil
      }
      for store in wanted where running[store] == nil { running[store] = Task { await follow(store, connection) } }
      try? await Task.sleep(for: interval)
    }
    for task in running.values { task.cancel() }
    for task in running.values { await task.value }
  }

  /// Fetches from one place until it is told to stop, or the connection breaks.
  private func follow(_ store: PullStore, _ connection: PostgresConnection) async {
    let name = "\(store.source.producer)/\(store.source.name)"
    logger.info("fetching begins", metadata: ["source": "\(name)", "place": "\(store.fetch.place)"])
    let task = PullTask(service: self, connection: connection, store: store, name: name)
    while !Task.isCancelled {
      do {
        switch store.fetch {
        case .pull(let settings): try await task.pull(settings)
        case .watch(let settings): try await task.watch(settings)
        }
      } catch {
        if Task.isCancelled || !connection.isUsable { return }
        logger.error("fetching stops and is begun again", metadata: ["source": "\(name)", "error": "\(error)"])
        try? await Task.sleep(for: patience.pause(afterFailures: 5))
      }
    }
  }
}

extension ProducerFiles {
  /// Every place that a source is fetched from.
  var fetched: [PullStore] {
    sources.flatMap { source in source.fetch.map { PullStore(source: source, fetch: $0) } }
  }
}
