import Synchronization
import UnixSignals

/// SIGINT and SIGTERM as a question that long work asks between two steps, so that each is done whole or not at all.
final class Interruption: Sendable {
  private let told = Mutex(false)

  /// Whether somebody wants an end.
  var isWanted: Bool { told.withLock { $0 } }

  /// Works while signals only ask; `onSignal` is called at the first of them.
  static func whileTrapped<Value: Sendable>(
    onSignal: @escaping @Sendable () -> Void = {}, _ body: (Interruption) async throws -> Value
  ) async throws -> Value {
    let interruption = Interruption()
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    let watching = Task {
      for await _ in signals {
        interruption.told.withLock { $0 = true }
        onSignal()
      }
    }
    defer { watching.cancel() }
    return try await body(interruption)
  }
}
