extension Migrations {
  /// A migration and whether the database has it.
  public struct Status: Sendable, Hashable {
    /// The number.
    public let version: Int
    /// The name of the file, `NNNN_name.sql`.
    public let name: String
    /// When it was applied, in seconds since 1970-01-01 UTC by the server's clock; nil if it is still to come.
    public let appliedAt: Double?
  }

  struct Applied: Sendable {
    let version: Int
    let name: String
    let checksum: String
    let appliedAt: Double
  }

  /// What is applied and what is to come, by number. Changes nothing.
  ///
  /// - Throws: ``PostgresError`` with code `.migration` as ``apply(on:)``.
  public func status(on connection: PostgresConnection) async throws -> [Status] {
    let applied = try await connection.withTransaction(.repeatableRead, readOnly: true) { session in
      try Self.hasRecord(session) ? try Self.applied(session) : []
    }
    try check(applied)
    return files.map { file in
      let time = applied.indices.contains(file.version - 1) ? applied[file.version - 1].appliedAt : nil
      return Status(version: file.version, name: file.name, appliedAt: time)
    }
  }

  /// The record of applied migrations, by number.
  static func applied(_ session: borrowing PostgresSession) throws -> [Applied] {
    try session.query("select version, name, checksum, applied_at from boardcast.migration order by version").map {
      row in
      Applied(
        version: try row.int(0), name: try row.string(1), checksum: try row.string(2),
        appliedAt: try row.unixSeconds(3))
    }
  }

  /// Refuses to go on unless what was applied is exactly the beginning of what we have.
  func check(_ applied: [Applied]) throws(PostgresError) {
    for (index, record) in applied.enumerated() {
      if record.version > files.count {
        throw PostgresError(
          .migration,
          "this boardcast is older than the database: migration \(record.name) was applied, but there is no such file; "
            + "use the boardcast that applied it, or a newer one")
      }
      guard record.version == index + 1 else {
        throw PostgresError(
          .migration, "the record of migrations in the database lacks number \(index + 1) but has \(record.name)")
      }
      let file = files[index]
      if record.name != file.name {
        throw PostgresError(
          .migration, "applied migration \(record.name) is missing: number \(file.version) is now \(file.name)")
      }
      if record.checksum != file.checksum {
        throw PostgresError(
          .migration,
          "applied migration \(file.name) was changed afterwards; restore the file and put the change into a new one")
      }
    }
  }
}
