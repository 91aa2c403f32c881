public import Logging

/// A few connections to one database, lent one use at a time, in the order of asking.
///
/// Connections are made when first needed. One that broke while idle is replaced before it is lent; when the server is
/// away, whoever asks waits with growing pauses for up to `patience`, then gets the error.
public actor PostgresPool {
  nonisolated let configuration: PostgresConfiguration
  nonisolated let logger: Logger
  nonisolated let patience: Duration
  nonisolated let backoff: Backoff
  nonisolated let clock: any Clock<Duration>

  /// The most connections at a time.
  public nonisolated let size: Int

  var idle: [PostgresConnection] = []
  private var lent = 0
  private var waiting: [Waiter] = []
  private var nextWaiter = 0
  private var isClosed = false
  private var closing: [CheckedContinuation<Void, Never>] = []

  private struct Waiter {
    let id: Int
    let continuation: CheckedContinuation<Void, any Error>
  }

  /// - Parameters:
  ///   - configuration: where to connect.
  ///   - size: the most connections at a time, at least 1; 2 to 8 are plenty.
  ///   - logger: gets the server's notices, and a warning for each failed attempt.
  ///   - patience: how long a use may wait for a server that is away, counted from its first attempt. Zero: one attempt.
  ///   - backoff: the pauses between attempts.
  ///   - clock: what the pauses are measured with.
  public init(
    configuration: PostgresConfiguration, size: Int = 4, logger: Logger, patience: Duration = .seconds(10),
    backoff: Backoff = Backoff(), clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.configuration = configuration
    self.size = max(1, size)
    self.logger = logger
    self.patience = patience
    self.backoff = backoff
    self.clock = clock
  }

  /// Closes idle connections, fails those who wait with code `.closed`, and returns when the uses under way have ended.
  /// Closing twice is harmless; closing from inside a use would wait for itself.
  public func close() async {
    isClosed = true
    for waiter in waiting { waiter.continuation.resume(throwing: Self.closed) }
    waiting = []
    let connections = idle
    idle = []
    for connection in connections { await connection.close() }
    if lent > 0 { await withCheckedContinuation { closing.append($0) } }
  }

  /// How many wait for a connection now. For metrics, and for tests that need to know the order of waiting.
  public var waitingCount: Int { waiting.count }

  private static var closed: PostgresError { PostgresError(.closed, "the pool of PostgreSQL connections was closed") }

  /// Waits for the right to use a connection; each call that returns must be answered by one of ``release(_:)``.
  func acquire() async throws {
    if isClosed { throw Self.closed }
    if Task.isCancelled { throw Operation.cancelled }
    if lent < size {
      lent += 1
      return
    }
    let id = nextWaiter
    nextWaiter += 1
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { waiting.append(Waiter(id: id, continuation: $0)) }
    } onCancel: {
      Task { await self.abandon(id) }
    }
  }

  /// Gives the right to the one who waits longest, and keeps the connection if it still works.
  func release(_ connection: PostgresConnection?) {
    if let connection, connection.isUsable, !isClosed { idle.append(connection) }
    if !waiting.isEmpty {
      waiting.removeFirst().continuation.resume()
      return
    }
    lent -= 1
    if isClosed, lent == 0 {
      for continuation in closing { continuation.resume() }
      closing = []
    }
  }

  /// Somebody who waits was cancelled. If it has got its turn meanwhile, it notices the cancellation by itself.
  private func abandon(_ id: Int) {
    guard let position = waiting.firstIndex(where: { $0.id == id }) else { return }
    waiting.remove(at: position).continuation.resume(throwing: Operation.cancelled)
  }
}
