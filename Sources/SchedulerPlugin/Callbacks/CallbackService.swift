internal import BoardInventory
internal import BuildEvents
public import Logging
public import PostgresClient
public import ServiceLifecycle
internal import Synchronization

/// Tells senders of the end of their events, where they or their source's file ask for it. Behind everything else: no
/// decision waits for it.
///
/// What is to be told stands in a table until the receiver took it, so a crash loses nothing; the attempt that was under
/// way is made again, with the same `webhook-id`.
public struct CallbackService: Service {
  let configuration: PostgresConfiguration
  let book: LabFilesBook
  let senders: PlainSenders
  let client: OutboundClient
  let interval: Duration
  let patience: Backoff
  let crash: CrashPoints
  let logger: Logger

  /// - Parameters:
  ///   - senders: whose secrets sign callbacks of plain records.
  ///   - outbound: where callbacks that events ask for may go.
  ///   - interval: how often to see what is over and what is due.
  ///   - patience: how long to wait after a failure; a day after the first attempt it is given up.
  public init(
    configuration: PostgresConfiguration, book: LabFilesBook, senders: PlainSenders, outbound: OutboundPolicy,
    interval: Duration = .seconds(1), patience: Backoff = Backoff(initial: .seconds(5), cap: .seconds(3600)),
    crash: CrashPoints = .none, logger: Logger
  ) {
    let limits = OutboundLimits(total: .seconds(20), bytes: 64 << 10)
    self.init(
      configuration: configuration, book: book, senders: senders,
      client: OutboundClient(policy: outbound, limits: limits), interval: interval, patience: patience, crash: crash,
      logger: logger)
  }

  init(
    configuration: PostgresConfiguration, book: LabFilesBook, senders: PlainSenders, client: OutboundClient,
    interval: Duration, patience: Backoff, crash: CrashPoints = .none, logger: Logger
  ) {
    self.configuration = configuration
    self.book = book
    self.senders = senders
    self.client = client
    self.interval = interval
    self.patience = patience
    self.crash = crash
    self.logger = logger
  }

  /// Sends until the service group shuts down. What is being sent then is sent again later.
  public func run() async throws {
    await cancelWhenGracefulShutdown { await follow() }
  }

  private func follow() async {
    let turns = CallbacksUnderWay()
    await withDiscardingTaskGroup { group in
      var connection: PostgresConnection?
      while !Task.isCancelled {
        do {
          let current = try await PostgresConnection.keep(connection, orConnect: configuration, logger: logger)
          connection = current
          for id in try await begin(turns, current) {
            group.addTask {
              await tell(id, current)
              turns.end(id)
            }
          }
        } catch {
          if Task.isCancelled { break }
          // The writer says the same of the same database.
          logger.debug("callbacks are not read", metadata: ["error": "\(error)"])
          if let broken = connection, !broken.isUsable {
            await broken.close()
            connection = nil
          }
        }
        try? await Task.sleep(for: interval)
      }
      group.cancelAll()
      await connection?.close()
    }
  }

  /// Notes what has come to its end and takes what may begin; nothing while another process does it.
  private func begin(_ turns: CallbacksUnderWay, _ connection: PostgresConnection) async throws -> [Int64] {
    let isMine = try await connection.withSession { session in
      guard try session.query(CallbackSQL.isThere).only({ try $0.bool("there") }) else { return false }
      return try session.query(CallbackSQL.lock).only { try $0.bool("taken") }
    }
    guard isMine else { return [] }
    try await connection.withTransaction(.repeatableRead) { session in
      _ = try session.execute(CallbackSQL.noteJobs)
      _ = try session.execute(CallbackSQL.noteEvents)
    }
    let due = try await connection.withSession { session in
      try session.query(CallbackSQL.due, [.int8Array(turns.sending), PostgresValue(turns.mostPerHost)]).map {
        (id: Int64(try $0.int("id")), host: try $0.string("host"))
      }
    }
    return turns.begin(due)
  }

  private func tell(_ id: Int64, _ connection: PostgresConnection) async {
    do {
      let catalogue = book.current.catalogue
      let attempt = try await connection.withTransaction(.repeatableRead) { session in
        try CallbackAttempt.begin(id, catalogue: catalogue, session)
      }
      guard let attempt else { return }
      let outcome = try await send(attempt)
      crash.reached(.told)
      let verdict = CallbackVerdict(
        outcome, attempts: attempt.attempts, isOld: attempt.isOld, patience: patience)
      try await connection.withTransaction { session in
        switch verdict {
        case .sent: _ = try session.execute(CallbackSQL.end, [.int8(id), .text("sent"), .null])
        case .givenUp(let why): _ = try session.execute(CallbackSQL.end, [.int8(id), .text("given_up"), .text(why)])
        case .again(let why, let pause):
          _ = try session.execute(CallbackSQL.putOff, [.int8(id), .text(why), .float8(pause / .seconds(1))])
        }
      }
      let metadata: Logger.Metadata = ["callback": "\(id)", "url": "\(CallbackWish.shown(attempt.url))"]
      switch verdict {
      case .sent: logger.info("a callback was sent", metadata: metadata)
      case .again(let why, _):
        logger.notice("a callback failed", metadata: metadata.merging(["why": "\(why)"]) { $1 })
      case .givenUp(let why):
        logger.error("a callback is given up", metadata: metadata.merging(["why": "\(why)"]) { $1 })
      }
    } catch {
      guard !Task.isCancelled else { return }
      logger.error("a callback cannot be made", metadata: ["callback": "\(id)", "error": "\(error)"])
      // Where the database is away this fails too, and the row is due as before.
      _ = try? await connection.withSession { session in
        try session.execute(CallbackSQL.putOff, [.int8(id), .text("it cannot be made; the log says why"), .float8(60)])
      }
    }
  }

  private func send(_ attempt: CallbackAttempt) async throws -> CallbackVerdict.Outcome {
    let body: [UInt8]
    switch attempt.content {
    case .body(let bytes): body = bytes
    case .notOver: return .notOver
    case .hidden: return .hidden
    }
    guard let secret = secret(attempt.signer) else { return .noSecret }
    do {
      let url = try OutboundURL(attempt.url)
      var client = client
      if attempt.isByLab { client.policy = client.policy.naming(url) }
      var headers = secret.headers(id: attempt.webhookID, time: attempt.now, body: body)
      headers.append((name: "Content-Type", value: CallbackMessage.contentType))
      let answer = try await client.send(OutboundRequest(.post, url, headers: headers, body: body))
      return .answered(status: answer.status, retryAfter: answer.headers["retry-after"].flatMap { Int($0) })
    } catch let failure as OutboundFailure {
      return .failed(failure)
    } catch let refusal as EventRefusal {
      return .failed(.refused(OutboundRefusal(.url, refusal.message)))
    }
  }

  private func secret(_ signer: CallbackSigner?) -> CallbackSecret? {
    let file: String? =
      switch signer {
      case .user(let name)?: senders.entry(of: name)?.callbackSecretFile
      case .source(let producer, let name)?: book.current.producers.source(name, of: producer)?.callback.secretFile
      case nil: nil
      }
    return file.flatMap(CallbackSecret.init(file:))
  }
}

/// `CallbackTurns` for tasks that end when they like.
private final class CallbacksUnderWay: Sendable {
  private let turns = Mutex(CallbackTurns())

  var sending: [Int64] { turns.withLock { Array($0.sending.keys) } }
  var mostPerHost: Int { turns.withLock { $0.mostPerHost } }
  func begin(_ due: [(id: Int64, host: String)]) -> [Int64] { turns.withLock { $0.begin(due) } }
  func end(_ id: Int64) { turns.withLock { $0.end(id) } }
}
