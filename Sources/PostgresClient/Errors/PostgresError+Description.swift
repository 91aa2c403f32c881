extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
  /// One line without SQL, parameters, row values or passwords.
  public var description: String {
    var line = opening + safeMessage
    if let sqlState, !line.contains(sqlState) { line += " (SQLSTATE \(sqlState))" }
    if outcomeIsUnknown { line += "; it is unknown whether the transaction was committed" }
    return line
  }

  /// Everything that is known, with statement and parameters, over several lines. For developers, not for logs.
  public var debugDescription: String {
    let fields = box.fields
    var lines = ["PostgresError.\(code): \(message)"]
    func add(_ name: String, _ value: String?) {
      if let value { lines.append("  \(name): \(value)") }
    }
    add("severity", severity)
    add("sqlstate", sqlState)
    add("detail", detail)
    add("hint", hint)
    add("schema", schema)
    add("table", table)
    add("column", column)
    add("constraint", constraint)
    add("context", fields.context)
    add("statement", fields.statement)
    if !fields.parameters.isEmpty {
      add("parameters", fields.parameters.map(\.debugDescription).joined(separator: ", "))
    }
    if outcomeIsUnknown { add("outcome", "unknown") }
    return lines.joined(separator: "\n")
  }

  private var opening: String {
    switch code {
    case .connectionFailed: "cannot connect to PostgreSQL: "
    case .authenticationFailed: "PostgreSQL refused the login: "
    case .connectionLost: "the connection to PostgreSQL is lost: "
    case .server: "PostgreSQL refused the statement: "
    case .decoding: column.map { "column \($0): " } ?? ""
    default: ""
    }
  }

  /// Data exceptions (class 22) quote the value, syntax errors a piece of the statement; both stay out of the line.
  private var safeMessage: String {
    guard let sqlState, code == .server || code == .copyFailed else { return message }
    if sqlState.hasPrefix("22") { return "a value does not fit" }
    if sqlState == "42601" { return "syntax error" }
    return message
  }
}

extension PostgresError: CustomReflectable {
  /// Keeps `dump` and string interpolation of enclosing types from walking into statement and parameters.
  public var customMirror: Mirror {
    Mirror(self, children: ["code": code.description, "description": description], displayStyle: .struct)
  }
}
