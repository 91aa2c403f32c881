extension Migrations {
  /// Names of files that the database lacks; about a third of a millisecond.
  ///
  /// - Throws: ``PostgresError`` with code `.migration` as ``apply(on:)``: among others when the database is newer.
  public func pending(_ session: borrowing PostgresSession) throws -> [String] {
    let applied = try Self.hasRecord(session) ? try Self.applied(session) : []
    try check(applied)
    return files.dropFirst(applied.count).map(\.name)
  }
}
