internal import BoardInventory
public import Logging
public import ServiceLifecycle

/// Reloads rules, templates and device types when their files change.
public struct FileWatchService: Service {
  let book: LabFilesBook
  let logger: Logger
  let interval: Duration
  let onReload: @Sendable () -> Void

  /// - Parameters:
  ///   - interval: how often to look at the files' times.
  ///   - onReload: called after each reload.
  public init(
    book: LabFilesBook, interval: Duration = .seconds(2), logger: Logger, onReload: @escaping @Sendable () -> Void = {}
  ) {
    self.book = book
    self.interval = interval
    self.logger = logger
    self.onReload = onReload
  }

  /// Watches until the service group shuts down.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        try? await Task.sleep(for: interval)
        guard let mistakes = book.reload(onlyIfChanged: true) else { continue }
        Self.report(mistakes, book, logger)
        onReload()
      }
    }
  }

  /// Says in the log what a reading of the files found.
  public static func report(_ mistakes: [some CustomStringConvertible], _ book: LabFilesBook, _ logger: Logger) {
    let files = book.current
    logger.info(
      "rules, templates and device types read",
      metadata: [
        "rules": "\(files.rules.count)", "templates": "\(files.templates.names.count)",
        "device_types": "\(files.catalogue.entries.count)",
      ])
    for mistake in mistakes {
      logger.error("a file has a mistake; its last good form stays in force", metadata: ["mistake": "\(mistake)"])
    }
  }
}
