public import Logging
internal import Synchronization

/// Listens for notifications, on a connection and a thread of its own, and comes back by itself when the connection
/// breaks.
///
/// Notifications sent while nobody was connected are lost; that is PostgreSQL's contract. Hence every
/// ``Event/connected``, the first included, means: read everything anew, then take notifications as changes to that.
///
/// Nothing is queued and nothing is dropped on our side: `onEvent` is called on the listener's thread, one event after
/// the other, and while it runs the server keeps what comes next. It should only mark things as dirty and return.
public final class PostgresListener: Sendable {
  /// What a listener tells.
  public enum Event: Sendable {
    /// Listening has begun, for the first time or again. Anything may have happened before.
    case connected
    /// Somebody called `NOTIFY channel, 'payload'`.
    case notification(channel: String, payload: String, backendPID: Int32)
    /// The connection broke, or another attempt to make one failed.
    case disconnected(PostgresError)
  }

  let configuration: PostgresConfiguration
  let channels: [String]
  let logger: Logger
  let backoff: Backoff
  let onEvent: @Sendable (Event) -> Void
  let wakePipe = WakePipe()
  private let state = Mutex(State())

  private struct State {
    var isStopRequested = false
    var isRunning = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  /// - Parameters:
  ///   - configuration: where to connect; `statementTimeout` matters little here.
  ///   - channels: the channels, in exact spelling.
  ///   - logger: gets a warning for each failed attempt and the server's notices.
  ///   - backoff: the pauses between attempts.
  ///   - onEvent: called on the listener's thread.
  /// - Throws: ``PostgresError`` with code `.invalidName` for a channel that PostgreSQL would not take.
  public init(
    configuration: PostgresConfiguration, channels: [String], logger: Logger, backoff: Backoff = Backoff(),
    onEvent: @escaping @Sendable (Event) -> Void
  ) throws(PostgresError) {
    for channel in channels { _ = try SQL.identifier(channel) }
    self.configuration = configuration
    self.channels = channels
    self.logger = logger
    self.backoff = backoff
    self.onEvent = onEvent
  }

  /// Listens until ``stop()`` is called or the task is cancelled. Returns when the thread has ended and no event will
  /// come any more; at once if it was stopped before. A second call only waits for the first one's end.
  public func run() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let (mustStart, isOver) = state.withLock { state in
          if state.isStopRequested && !state.isRunning { return (false, true) }
          state.waiting.append(continuation)
          defer { state.isRunning = true }
          return (!state.isRunning, false)
        }
        if isOver { continuation.resume() }
        if mustStart { NativeThread.start { self.listen() } }
      }
    } onCancel: {
      stop()
    }
  }

  /// Ends listening. May be called at any time, from anywhere, also from `onEvent`, before ``run()`` and more than once.
  /// Does not block; ``run()`` tells when it is over. A listener cannot be started again.
  public func stop() {
    state.withLock { $0.isStopRequested = true }
    wakePipe.wake()
  }

  var isStopRequested: Bool { state.withLock(\.isStopRequested) }

  private func listen() {
    keepListening()
    let waiting = state.withLock { state in
      defer { state.waiting = [] }
      state.isRunning = false
      state.isStopRequested = true
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}
