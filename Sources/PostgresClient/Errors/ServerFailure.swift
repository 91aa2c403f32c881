internal import CLibPQ

/// Reads one field of a result that carries an error or a notice (libpq chapter 34.3.1, `PQresultErrorField`).
func diagnosticField(_ result: OpaquePointer?, _ field: Int32) -> String? {
  guard let text = PQresultErrorField(result, field) else { return nil }
  return String(cString: text)
}

/// `PG_DIAG_…` letters. They are character macros, which Swift imports with varying types: spelled out once here.
enum DiagnosticField {
  static let severity = Int32(UInt8(ascii: "V"))
  static let sqlState = Int32(UInt8(ascii: "C"))
  static let message = Int32(UInt8(ascii: "M"))
  static let detail = Int32(UInt8(ascii: "D"))
  static let hint = Int32(UInt8(ascii: "H"))
  static let context = Int32(UInt8(ascii: "W"))
  static let schema = Int32(UInt8(ascii: "s"))
  static let table = Int32(UInt8(ascii: "t"))
  static let column = Int32(UInt8(ascii: "c"))
  static let constraint = Int32(UInt8(ascii: "n"))
}

extension PostgresError {
  /// Reads everything out of a failed result at once, because the next call on the connection overwrites its text.
  init(result: OpaquePointer?, code: Code = .server, fallback: String) {
    let primary = diagnosticField(result, DiagnosticField.message)
    self.init(
      fields: Fields(
        code: code,
        message: oneLine(primary ?? fallback),
        severity: diagnosticField(result, DiagnosticField.severity),
        sqlState: diagnosticField(result, DiagnosticField.sqlState),
        detail: diagnosticField(result, DiagnosticField.detail),
        hint: diagnosticField(result, DiagnosticField.hint),
        schema: diagnosticField(result, DiagnosticField.schema),
        table: diagnosticField(result, DiagnosticField.table),
        column: diagnosticField(result, DiagnosticField.column),
        constraint: diagnosticField(result, DiagnosticField.constraint),
        context: diagnosticField(result, DiagnosticField.context)))
  }
}

/// Joins the lines of a libpq message with `; `, without tabs, so that an error stays one line in a log.
func oneLine(_ text: String) -> String {
  text.split(whereSeparator: \.isNewline)
    .map { line in
      var trimmed = line[...]
      while let first = trimmed.first, first.isWhitespace { trimmed.removeFirst() }
      while let last = trimmed.last, last.isWhitespace { trimmed.removeLast() }
      return String(trimmed)
    }
    .filter { !$0.isEmpty }
    .joined(separator: "; ")
}
