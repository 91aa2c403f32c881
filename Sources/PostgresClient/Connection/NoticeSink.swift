internal import CLibPQ
internal import Logging

/// Takes the server's notices into the log. Without it libpq writes them to stderr.
final class NoticeSink {
  private let logger: Logger

  init(logger: Logger) {
    self.logger = logger
  }

  /// Registers with a connection, which must not outlive this object.
  func attach(to connection: OpaquePointer) {
    PQsetNoticeReceiver(
      connection,
      { sink, result in
        guard let sink else { return }
        Unmanaged<NoticeSink>.fromOpaque(sink).takeUnretainedValue().receive(result)
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  /// "Already exists, skipping" and the like are nobody's business but ours; a WARNING is.
  private func receive(_ result: OpaquePointer?) {
    let severity = diagnosticField(result, DiagnosticField.severity) ?? "NOTICE"
    let text =
      diagnosticField(result, DiagnosticField.message)
      ?? PQresultErrorMessage(result).map { String(cString: $0) } ?? ""
    logger.log(
      level: severity == "WARNING" ? .warning : .debug, "PostgreSQL notice",
      metadata: [
        LogKey.severity: "\(severity)",
        LogKey.notice: "\(oneLine(text))",
        LogKey.sqlState: "\(diagnosticField(result, DiagnosticField.sqlState) ?? "")",
      ])
  }
}

/// The metadata keys of everything this module logs.
enum LogKey {
  static let severity = "pg_severity"
  static let notice = "pg_notice"
  static let sqlState = "pg_sqlstate"
  static let error = "pg_error"
  static let pid = "pg_backend_pid"
  static let attempt = "pg_attempt"
  static let delay = "pg_delay_ms"
  static let channel = "pg_channel"
  static let migration = "pg_migration"
}
