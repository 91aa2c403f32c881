/// The database that was named holds no LAVA.
public struct NotALAVADatabase: Error, Hashable, Sendable, CustomStringConvertible {
  /// LAVA's tables that are not there.
  public let missing: [String]

  /// Names what is missing.
  public init(missing: [String]) { self.missing = missing }

  /// One line with the first missing table and the mend.
  public var description: String {
    let more = missing.count > 1 ? " and \(missing.count - 1) more" : ""
    return "this is not a LAVA database: it lacks the table \(missing.first ?? "?")\(more); "
      + "name LAVA's own database with --database, or run LAVA's migrations first"
  }
}
