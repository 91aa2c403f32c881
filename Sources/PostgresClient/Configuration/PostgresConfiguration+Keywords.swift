extension PostgresConfiguration {
  /// What libpq gets: our defaults, then what was given, with timeouts and session settings in `options`.
  ///
  /// Dead peers are noticed within a minute when idle (keepalives) and within 30 s when sending (`tcp_user_timeout`).
  var keywords: [String: String] {
    var keywords: [String: String] = [
      "application_name": applicationName,
      "keepalives": "1",
      "keepalives_idle": "30",
      "keepalives_interval": "10",
      "keepalives_count": "3",
      "tcp_user_timeout": "30000",
    ]
    keywords.merge(parameters) { _, given in given }
    keywords["client_encoding"] = "UTF8"
    keywords["options"] = options
    return keywords
  }

  /// Command-line options of the server process. The user's own come last and win.
  private var options: String {
    // The readers of rows rely on the first three.
    var settings = ["DateStyle": "ISO", "TimeZone": "UTC", "bytea_output": "hex"]
    settings["statement_timeout"] = statementTimeout.map(Self.milliseconds)
    settings["lock_timeout"] = lockTimeout.map(Self.milliseconds)
    settings["idle_in_transaction_session_timeout"] = idleInTransactionTimeout.map(Self.milliseconds)
    settings.merge(sessionSettings) { _, given in given }
    var options = settings.sorted { $0.key < $1.key }
      .map { name, value in "-c \(name)=\(Self.escape(value))" }
      .joined(separator: " ")
    if let given = parameters["options"] { options += " " + given }
    return options
  }

  /// Whole milliseconds, at least 1, because 0 would mean "no limit".
  private static func milliseconds(_ duration: Duration) -> String {
    String(max(1, duration.wholeMilliseconds))
  }

  /// The server splits `options` at spaces; a backslash keeps one together (manual 34.1.2, `options`).
  private static func escape(_ value: String) -> String {
    var escaped = ""
    for character in value {
      if character == "\\" || character.isWhitespace { escaped.append("\\") }
      escaped.append(character)
    }
    return escaped
  }
}

extension Duration {
  /// Milliseconds, rounded down, within what `Int32` holds: the range of `poll` and of the server's settings.
  var wholeMilliseconds: Int32 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    if overflow { return seconds < 0 ? .min : .max }
    return Int32(clamping: product + attoseconds / 1_000_000_000_000_000)
  }
}
