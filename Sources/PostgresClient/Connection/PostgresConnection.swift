internal import Dispatch
public import Logging
internal import Synchronization

/// One connection to PostgreSQL, and one isolation domain: uses of it queue up and never mix.
///
/// Its closures are synchronous and run on a queue of the connection's own, where libpq may block.
///
/// ```swift
/// let connection = try await PostgresConnection.connect(configuration, logger: logger)
/// let names = try await connection.withSession { session in
///   try session.query("select hostname from lava_scheduler_app_device").map { try $0.string(0) }
/// }
/// ```
public actor PostgresConnection {
  nonisolated let executor: ConnectionExecutor
  nonisolated let cancelGrace: Duration
  nonisolated let state: Mutex<State>
  var link: ServerLink?

  struct State: Sendable {
    var current: Operation?
    var isUsable = true
  }

  /// The server process that works for this connection, as in `pg_stat_activity.pid`.
  public nonisolated let backendPID: Int32

  /// The server's version as one number: 150018 is 15.18 (`PQserverVersion`).
  public nonisolated let serverVersion: Int

  /// The queue that the actor runs on.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private init(link: sending ServerLink, executor: ConnectionExecutor, cancelGrace: Duration) {
    backendPID = link.backendPID
    serverVersion = link.serverVersion
    self.executor = executor
    self.cancelGrace = cancelGrace
    state = Mutex(State())
    self.link = link
  }

  /// Connects.
  ///
  /// - Throws: ``PostgresError`` with code `.connectionFailed` (with host and port), `.authenticationFailed`,
  ///   `.invalidConfiguration`, or `.cancelled` within 100 ms after the task is cancelled.
  public static func connect(
    _ configuration: PostgresConfiguration, logger: Logger
  ) async throws -> PostgresConnection {
    let executor = ConnectionExecutor(label: "boardcast.postgres")
    let abandoned = Atomic(false)
    let link = try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<ServerLink, any Error>) in
        executor.queue.async {
          do {
            let attempt = ConnectionAttempt(
              configuration: configuration, isGivenUp: { abandoned.load(ordering: .relaxed) })
            continuation.resume(
              returning: ServerLink(adopting: try attempt.run(), configuration: configuration, logger: logger))
          } catch {
            continuation.resume(throwing: error)
          }
        }
      }
    } onCancel: {
      abandoned.store(true, ordering: .relaxed)
    }
    return PostgresConnection(link: link, executor: executor, cancelGrace: configuration.cancelGrace)
  }
}
