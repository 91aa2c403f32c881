internal import CLibPQ

extension PostgresConfiguration {
  /// Takes a URL (`postgresql://user@host:5432/database?sslmode=require`) or a keyword string
  /// (`host=/run/postgresql dbname=lavaserver`).
  ///
  /// - Throws: ``PostgresError`` with code `.invalidConfiguration`. It names the option that is wrong, and never shows a
  ///   piece of the string that could belong to a password.
  public init(connectionString: String) throws(PostgresError) {
    if connectionString.utf8.contains(0) {
      throw PostgresError(.invalidConfiguration, "the connection string holds a NUL character")
    }
    var text: UnsafeMutablePointer<CChar>?
    guard let options = PQconninfoParse(connectionString, &text) else {
      let reason = text.map { String(cString: $0) } ?? "out of memory"
      PQfreemem(text)
      throw PostgresError(.invalidConfiguration, Self.explain(reason))
    }
    defer { PQconninfoFree(options) }
    var parameters: [String: String] = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val { parameters[String(cString: keyword)] = String(cString: value) }
      option += 1
    }
    try Self.check(parameters)
    self.init(parameters: parameters)
  }

  /// libpq's reason, but only where it quotes the name of an option. Its other messages quote what stands at the place,
  /// which is a piece of the password whenever that was not quoted or percent-encoded.
  private static func explain(_ reason: String) -> String {
    for kind in ["invalid connection option", "invalid URI query parameter"] where reason.contains(kind) {
      let pieces = reason.split(separator: "\"", omittingEmptySubsequences: false)
      if pieces.count >= 3 { return "unknown option \"\(pieces[1])\" in the connection string" }
    }
    return
      "the connection string cannot be read: it is neither a postgresql:// URL (special characters in the password "
      + "written as %XX) nor a list of name=value (values with spaces in single quotes)"
  }

  /// A password with an unencoded `/`, `@` or `:` moves its rest into host or port, where libpq's error would quote it.
  private static func check(_ parameters: [String: String]) throws(PostgresError) {
    if parameters["host"]?.contains("@") == true, parameters["host"]?.hasPrefix("@") == false {
      throw PostgresError(
        .invalidConfiguration, "option \"host\" holds an @; in a URL write special characters of the password as %XX")
    }
    if let port = parameters["port"] {
      let numbers = port.split(separator: ",", omittingEmptySubsequences: false)
      guard numbers.allSatisfy({ $0.isEmpty || UInt16($0) != nil }) else {
        throw PostgresError(
          .invalidConfiguration,
          "option \"port\" is no number from 1 to 65535; in a URL write special characters of the password as %XX")
      }
    }
    if let timeout = parameters["connect_timeout"], Int(timeout) == nil {
      throw PostgresError(.invalidConfiguration, "option \"connect_timeout\" is no number of seconds")
    }
  }
}
