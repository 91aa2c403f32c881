/// Wakes the writer. Signals that come while it works are kept as one.
public struct WakeSignal: Sendable {
  let wakes: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  /// A signal nobody has given yet.
  public init() { (wakes, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

  /// There may be something to do.
  public func signal() { continuation.yield() }

  /// There will be nothing more; the writer finishes what it holds and leaves.
  func finish() { continuation.finish() }
}
