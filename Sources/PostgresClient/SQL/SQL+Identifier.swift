extension SQL {
  /// The most bytes of a name that PostgreSQL keeps (`NAMEDATALEN - 1`); it cuts longer names without an error.
  package static let longestIdentifier = 63

  /// A name in double quotes, quotes inside it doubled, as "Identifiers and Key Words" (PostgreSQL manual 4.1.1) has it.
  ///
  /// - Throws: ``PostgresError`` with code `.invalidName` if the name is empty, holds a NUL, or has more than 63 bytes of
  ///   UTF-8 (the server would cut it silently and mean another object).
  public static func identifier(_ name: String) throws(PostgresError) -> SQL {
    if name.isEmpty {
      throw PostgresError(.invalidName, "a name of a table, column, schema or channel is empty")
    }
    if name.utf8.contains(0) {
      throw PostgresError(.invalidName, "a name holds a NUL character, which PostgreSQL does not allow")
    }
    if name.utf8.count > longestIdentifier {
      throw PostgresError(
        .invalidName,
        "a name has \(name.utf8.count) bytes, PostgreSQL keeps only the first \(longestIdentifier): \(name)")
    }
    var quoted = "\""
    for character in name.unicodeScalars {
      if character == "\"" { quoted.unicodeScalars.append(character) }
      quoted.unicodeScalars.append(character)
    }
    quoted += "\""
    return SQL(unchecked: quoted)
  }

  /// Several names in double quotes with `, ` between them, for a column list.
  ///
  /// - Throws: as ``identifier(_:)``, for the first name that is refused.
  public static func identifiers(_ names: [String]) throws(PostgresError) -> SQL {
    var list = ""
    for name in names {
      if !list.isEmpty { list += ", " }
      list += try identifier(name).text
    }
    return SQL(unchecked: list)
  }
}
