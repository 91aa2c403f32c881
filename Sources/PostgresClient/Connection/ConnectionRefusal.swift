/// Reads libpq's text of a failed connection, at verbosity "verbose": one or more pieces, one per host tried, like
///
///     connection to server at "127.0.0.1", port 5432 failed: FATAL:  28P01: password authentication failed for user "x"
///     LOCATION:  auth_failed, auth.c:338
///
/// Severity and message are in the server's language, the SQLSTATE is not.
struct ConnectionRefusal {
  let error: PostgresError

  init(_ text: String, needsPassword: Bool) {
    var states: [String] = []
    var lines: [String] = []
    for line in text.split(whereSeparator: \.isNewline) {
      if Self.isPlaceInSource(line) { continue }
      lines.append(Self.removingState(from: line, into: &states))
    }
    let message = oneLine(lines.joined(separator: "\n"))
    let refused = states.first { $0.hasPrefix("28") }
    var code = PostgresError.Code.connectionFailed
    if refused != nil || needsPassword { code = .authenticationFailed }
    if message.contains("invalid connection option") { code = .invalidConfiguration }
    error = PostgresError(
      fields: PostgresError.Fields(
        code: code, message: message.isEmpty ? "no reason given" : message, sqlState: refused ?? states.last))
  }

  /// The line `LOCATION:  auth_failed, auth.c:338`, whose first word is in the server's language as well.
  private static func isPlaceInSource(_ line: Substring) -> Bool {
    guard line.contains(":  "), let colon = line.lastIndex(of: ":") else { return false }
    let number = line[colon...].dropFirst()
    return line[..<colon].hasSuffix(".c") && !number.isEmpty && number.allSatisfy(\.isNumber)
  }

  /// Takes the `28P01: ` out of `FATAL:  28P01: password …`.
  private static func removingState(from line: Substring, into states: inout [String]) -> String {
    let pieces = line.split(separator: ":  ", maxSplits: 1, omittingEmptySubsequences: false)
    guard pieces.count == 2 else { return String(line) }
    let state = pieces[1].prefix(5)
    let isState =
      state.utf8.count == 5
      && state.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
    guard isState, pieces[1].dropFirst(5).hasPrefix(": ") else { return String(line) }
    states.append(String(state))
    return "\(pieces[0]): \(pieces[1].dropFirst(7))"
  }
}
