internal import Synchronization

/// What the writer of this process is doing, for `/readyz`.
public final class WriterStatus: Sendable {
  /// The writer's situation.
  public enum Phase: Hashable, Sendable {
    /// Not connected yet, or not any more; the reason in words.
    case away(String)
    /// Another process holds the writer's lock; this one stands by.
    case standby
    /// This process decides and feeds.
    case writing
    /// This process is the writer, but must not write; the reason in words.
    case holding(String)
  }

  private let state = Mutex<Phase>(.away("not started"))

  /// Not started.
  public init() {}

  /// The situation now.
  public var phase: Phase { state.withLock { $0 } }

  /// Notes a new situation.
  /// - Returns: whether it differs from the one before, so that it is logged once.
  func set(_ phase: Phase) -> Bool {
    state.withLock { old in
      defer { old = phase }
      return old != phase
    }
  }
}
