extension SQL {
  /// A text in single quotes, for the statements that take no parameters: CREATE ROLE, COMMENT
  /// (PostgreSQL manual 4.1.2.1). Everything else travels as ``PostgresValue``.
  ///
  /// - Throws: ``PostgresError`` with code `.invalidParameter` if the text holds a NUL.
  package static func literal(_ text: String) throws(PostgresError) -> SQL {
    if text.utf8.contains(0) { throw PostgresError(.invalidParameter, "a text holds a NUL character") }
    // With E the backslash means itself only when doubled, whatever `standard_conforming_strings` says.
    return SQL(unchecked: "E'" + text.replacing("\\", with: "\\\\").replacing("'", with: "''") + "'")
  }
}
