internal import BoardInventory
public import Logging
public import ServiceLifecycle

/// Reloads rules, templates and device types when their files change, and the terms when `config.yaml` or LAVA's settings
/// do.
public struct FileWatchService: Service {
  let book: LabFilesBook
  let terms: SubmissionTermsBook
  let logger: Logger
  let interval: Duration
  let onReload: @Sendable () -> Void

  /// - Parameters:
  ///   - interval: how often to look at the files' times.
  ///   - onReload: called after each reload.
  public init(
    book: LabFilesBook, terms: SubmissionTermsBook = SubmissionTermsBook(SubmissionTerms()),
    interval: Duration = .seconds(2), logger: Logger, onReload: @escaping @Sendable () -> Void = {}
  ) {
    self.book = book
    self.terms = terms
    self.interval = interval
    self.logger = logger
    self.onReload = onReload
  }

  /// Watches until the service group shuts down.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        try? await Task.sleep(for: interval)
        Self.report(terms.reload(), logger)
        guard let mistakes = book.reload(onlyIfChanged: true) else { continue }
        Self.report(mistakes, book, logger)
        onReload()
      }
    }
  }

  /// Says in the log what a reading of the terms found.
  public static func report(_ news: [SubmissionTermsBook.News], _ logger: Logger) {
    for item in news {
      switch item {
      case .terms: logger.info("config.yaml and LAVA's settings read; other terms are in force")
      case .needsRestart:
        logger.warning("config.yaml says something else than at the start; restart serve for what is no term")
      case .mistake(let mistake):
        logger.error("the terms have a mistake; the last good ones stay in force", metadata: ["mistake": "\(mistake)"])
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
