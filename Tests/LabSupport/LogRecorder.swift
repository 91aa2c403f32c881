public import Logging
internal import Synchronization

/// Keeps what is logged, metadata and all, at every level.
public final class LogRecorder: Sendable {
  private let kept = Mutex<[(level: Logger.Level, text: String)]>([])

  /// Nothing logged yet.
  public init() {}

  /// What was logged, in order.
  public var recorded: [(level: Logger.Level, text: String)] { kept.withLock { $0 } }

  /// The same as lines: level, message, metadata.
  public var lines: [String] { recorded.map { "\($0.level) \($0.text)" } }

  /// A logger that writes here.
  public var logger: Logger {
    var logger = Logger(label: "test") { _ in Handler(recorder: self) }
    logger.logLevel = .trace
    return logger
  }

  private struct Handler: LogHandler {
    let recorder: LogRecorder
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }
    func log(event: LogEvent) {
      recorder.kept.withLock { $0.append((event.level, "\(event.message) \(event.metadata ?? [:])")) }
    }
  }
}
