extension PostgresConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Parameters that nobody may see.
  private static let secrets: Set<String> = ["password", "sslpassword"]

  /// The parameters as `name=value`, sorted, secrets as `***`.
  public var description: String {
    parameters.sorted { $0.key < $1.key }
      .map { name, value in "\(name)=\(Self.secrets.contains(name) ? "***" : value)" }
      .joined(separator: " ")
  }

  /// The same as ``description``: a debugger's or a log's view must not show the password either.
  public var debugDescription: String { description }

  /// Keeps `dump` and string interpolation of enclosing types from showing the password.
  public var customMirror: Mirror {
    Mirror(self, children: ["parameters": description], displayStyle: .struct)
  }
}
