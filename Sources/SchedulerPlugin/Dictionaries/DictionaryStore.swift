internal import BoardInventory
internal import BuildEvents
internal import Crypto
public import PostgresClient

/// What dictionaries said, in our own tables.
public enum DictionaryStore {
  /// A board of the lab, and how long ago its dictionary was looked at.
  public struct Board: Hashable, Sendable {
    /// LAVA's hostname of the device.
    public let hostname: String
    /// Seconds since the last look, by PostgreSQL's clock; nil when nobody looked.
    public let age: Double?
    /// Whether the last look gave nothing.
    public let hasProblem: Bool
    /// The file's time at the last look, in seconds since 1970; nil when it could not be seen.
    public let fileTime: Double?

    /// Whether it should be looked at: nobody did, the file has another time, or it was too long ago; where LAVA gave
    /// nothing, after an hour at the latest.
    ///
    /// - Parameters:
    ///   - fileTime: the time of its file now; nil when the file or its folder cannot be seen.
    ///   - hours: how long a look is good for.
    public func isDue(fileTime now: Double?, hours: Int) -> Bool {
      // One that was looked at in the future: the clock was set back since.
      guard let age, age >= 0 else { return true }
      if let now, now != fileTime { return true }
      return age > Double(hasProblem ? 1 : hours) * 3_600
    }
  }

  /// The lab's boards that are not retired, the longest unseen first. What was kept of boards that LAVA has no more is
  /// forgotten.
  public static func boards(_ session: borrowing PostgresSession) throws -> [Board] {
    _ = try session.execute(DictionarySQL.forget)
    return try session.query(DictionarySQL.boards).map { row in
      Board(
        hostname: try row.string("hostname"), age: try row.optionalDouble("age"),
        hasProblem: try row.optionalBool("has_problem") ?? false, fileTime: try row.optionalDouble("file_time"))
    }
  }

  /// Keeps what LAVA said. Returns whether it is something else than before; then, and only then, the live snapshot is
  /// told, by the table's trigger.
  @discardableResult
  public static func save(
    _ hostname: String, _ answer: LAVADictionaries.Answer, fileTime: Double?, _ session: borrowing PostgresSession
  ) throws -> Bool {
    var digest: String?
    var problem: String?
    switch answer {
    case .problem(let words): problem = words
    case .rendered(let facts):
      let key = facts.digest
      digest = key
      _ = try session.execute(
        DictionarySQL.keep,
        [
          .text(key), names(facts.architectures), PostgresValue(facts.impliedArchitecture),
          PostgresValue(facts.impliedBy), names(facts.bootMethods), names(facts.deployMethods),
        ])
    }
    return try session.query(
      DictionarySQL.save,
      [.text(hostname), PostgresValue(digest), PostgresValue(problem), fileTime.map { .float8($0) } ?? .null]
    ).only { try $0.bool("changed") }
  }

  private static func names(_ names: [String]?) -> PostgresValue { names.map { .textArray($0) } ?? .null }
}

extension DictionaryFacts {
  /// SHA-256 in hex of the facts as JSON.
  var digest: String {
    func names(_ names: [String]?) -> JSONValue { names.map { .array($0.map(JSONValue.string)) } ?? .null }
    let json: JSONValue = [
      names(architectures), impliedArchitecture.map(JSONValue.string) ?? .null,
      impliedBy.map(JSONValue.string) ?? .null,
      names(bootMethods), names(deployMethods),
    ]
    return SHA256.hash(data: Array(json.canonical.utf8)).map { byte in
      let hex = String(byte, radix: 16)
      return hex.count == 1 ? "0" + hex : hex
    }.joined()
  }
}

enum DictionarySQL {
  static let forget: SQL = """
    DELETE FROM boardcast.dictionary c
     WHERE NOT EXISTS (SELECT FROM lava_scheduler_app_device d WHERE d.hostname = c.hostname)
    """

  /// A retired device has health 5 (lava_scheduler_app/models.py:Device.HEALTH_RETIRED), and mostly no dictionary.
  static let boards: SQL = """
    SELECT d.hostname, extract(epoch FROM now() - c.checked_at)::float8 AS age, c.problem IS NOT NULL AS has_problem,
           c.file_time
      FROM lava_scheduler_app_device d LEFT JOIN boardcast.dictionary c ON c.hostname = d.hostname
     WHERE d.health <> 5
     ORDER BY c.checked_at NULLS FIRST, d.hostname
    """

  static let keep: SQL = """
    INSERT INTO boardcast.dictionary_facts
           (digest, architectures, implied_architecture, implied_by, boot_methods, deploy_methods)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT DO NOTHING
    """

  static let save: SQL = """
    INSERT INTO boardcast.dictionary AS d (hostname, digest, problem, file_time, since, checked_at)
    VALUES ($1, $2, $3, $4, now(), now())
    ON CONFLICT (hostname) DO UPDATE
       SET digest = excluded.digest, problem = excluded.problem, file_time = excluded.file_time, checked_at = now(),
           since = CASE WHEN d.digest IS NOT DISTINCT FROM excluded.digest
                         AND d.problem IS NOT DISTINCT FROM excluded.problem THEN d.since ELSE now() END
    RETURNING since = checked_at AS changed
    """

  /// Two numbers make the key of a lock, as in `WriterLock`: "bdct" and 2. One process asks LAVA at a time.
  static let lock: SQL = "SELECT pg_try_advisory_lock(1650746228, 2) AS taken"

  /// The connection that takes the lock takes no other.
  static let unlock: SQL = "SELECT pg_advisory_unlock_all()"

  /// How the cache stands, for the doctor.
  static let counts: SQL = """
    SELECT count(*) FILTER (WHERE d.health <> 5) AS boards, count(c.digest) AS rendered, count(c.problem) AS failed,
           extract(epoch FROM now() - min(c.checked_at))::float8 AS oldest
      FROM lava_scheduler_app_device d LEFT JOIN boardcast.dictionary c ON c.hostname = d.hostname
    """
}
