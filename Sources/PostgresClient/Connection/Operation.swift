internal import Dispatch
internal import Synchronization

/// One use of a connection, from being asked for until its result is settled. Cancelling it never hits another one.
///
/// A cancel request names a connection, not a statement, so it may arrive late. Hence ``settle()`` waits until a request
/// that is under way has been taken by the server, and a request is repeated while the operation goes on, because one
/// that arrives between two statements is ignored by the server.
final class Operation: Sendable {
  private enum Phase {
    case waiting
    case running(CancelRequest, SocketSwitch)
    case cancelling
    case settled
  }

  private struct State {
    var phase = Phase.waiting
    var isCancelled = false
  }

  private let state = Mutex(State())
  private let settled = DispatchSemaphore(value: 0)
  private let cancellerDone = DispatchSemaphore(value: 0)
  private let grace: DispatchTimeInterval

  /// - Parameter grace: how long a cancelled operation may go on before its connection is cut.
  init(grace: Duration) {
    self.grace = .milliseconds(Int(grace.wholeMilliseconds))
  }

  var isCancelled: Bool { state.withLock { $0.isCancelled } }

  /// The operation has got its connection.
  ///
  /// - Throws: code `.cancelled` if it was cancelled while it waited.
  func begin(_ request: CancelRequest, _ socket: SocketSwitch) throws(PostgresError) {
    let mayRun = state.withLock { state in
      if state.isCancelled { return false }
      state.phase = .running(request, socket)
      return true
    }
    if !mayRun { throw Self.cancelled }
  }

  /// Cancels; may be called at any time, from any thread, more than once. Does not block.
  func cancel() {
    let target: (CancelRequest, SocketSwitch)? = state.withLock { state in
      if case .settled = state.phase { return nil }
      state.isCancelled = true
      guard case .running(let request, let socket) = state.phase else { return nil }
      state.phase = .cancelling
      return (request, socket)
    }
    guard let (request, socket) = target else { return }
    NativeThread.start { self.keepCancelling(request, socket) }
  }

  /// Ends the time in which the operation can be cancelled. Called before COMMIT and ROLLBACK and at the end.
  ///
  /// - Returns: whether it was cancelled.
  @discardableResult
  func settle() -> Bool {
    let (mustWait, wasCancelled) = state.withLock { state in
      defer { state.phase = .settled }
      if case .cancelling = state.phase { return (true, state.isCancelled) }
      return (false, state.isCancelled)
    }
    if mustWait {
      settled.signal()
      cancellerDone.wait()
    }
    return wasCancelled
  }

  static var cancelled: PostgresError { PostgresError(.cancelled, "the task was cancelled") }

  private func keepCancelling(_ request: CancelRequest, _ socket: SocketSwitch) {
    let deadline = DispatchTime.now() + grace
    var pause = 50
    while true {
      let sent = DispatchSemaphore(value: 0)
      // A thread of its own, because PQcancel has no timeout: with a stopped server it waits for ever.
      NativeThread.start {
        request.send()
        sent.signal()
      }
      if sent.wait(timeout: deadline) == .timedOut {
        socket.cut()
        break
      }
      if settled.wait(timeout: min(deadline, .now() + .milliseconds(pause))) == .success { break }
      if DispatchTime.now() >= deadline {
        socket.cut()
        break
      }
      pause = min(2 * pause, 1000)
    }
    cancellerDone.signal()
  }
}
