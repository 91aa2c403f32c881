internal import Matcher
import PostgresClient

/// What Boardcast's own tables know of boards: their registrations, and what their dictionaries said.
struct KnownOfBoards {
  /// What registrations say, by hostname.
  private(set) var registrations: [String: Statement] = [:]
  /// How dictionaries were found, by hostname, and the digest of what they said.
  private(set) var dictionaries: [String: (digest: String?, state: DictionaryState)] = [:]
  private var facts: [String: DictionaryFacts] = [:]

  /// What a board's dictionary said, with its digest.
  func dictionary(of hostname: String) -> (digest: String, facts: DictionaryFacts)? {
    guard let digest = dictionaries[hostname]?.digest, let facts = facts[digest] else { return nil }
    return (digest, facts)
  }

  /// Reads all boards, or the named ones. Nothing is known where the tables are not there (`boardcast enable` makes
  /// them), as when somebody looks at a LAVA before he enables it.
  static func read(_ hostnames: [String]?, _ session: borrowing PostgresSession) throws -> KnownOfBoards {
    var known = KnownOfBoards()
    let tables = try session.query(FactSQL.tables).only { row in
      (registrations: try row.bool("registrations"), dictionaries: try row.bool("dictionaries"))
    }
    let names: PostgresValue = hostnames.map { .textArray($0) } ?? .null
    if tables.registrations {
      try session.stream(FactSQL.registrations, [names]) { row in
        let hostname = try row.string("hostname")
        var names: [FactKind: [String]] = [:]
        for kind in FactKind.allCases where kind != .deviceTree {
          names[kind] = try row.optionalStringArray(.name(kind.rawValue))
        }
        let statement = Statement(
          .registration(place: try row.string("source")), names: names,
          deviceTree: try row.optionalString("device_tree"))
        known.registrations[hostname] = statement
      }
    }
    guard tables.dictionaries else { return known }
    try session.query(FactSQL.dictionaryFacts, [names]).forEach { row in
      known.facts[try row.string("digest")] = DictionaryFacts(
        architectures: try row.optionalStringArray("architectures"),
        impliedArchitecture: try row.optionalString("implied_architecture"),
        impliedBy: try row.optionalString("implied_by"), bootMethods: try row.optionalStringArray("boot_methods"),
        deployMethods: try row.optionalStringArray("deploy_methods"))
    }
    try session.stream(FactSQL.dictionaries, [names]) { row in
      known.dictionaries[try row.string("hostname")] = (
        try row.optionalString("digest"),
        DictionaryState(since: try row.double("since"), problem: try row.optionalString("problem"))
      )
    }
    return known
  }
}

/// What is read of Boardcast's own tables about boards. Where a statement takes `$1`, NULL stands for all rows.
enum FactSQL {
  static let tables: SQL = """
    SELECT to_regclass('boardcast.registration') IS NOT NULL AS registrations,
           to_regclass('boardcast.dictionary') IS NOT NULL AS dictionaries
    """

  /// Rows that say something of capabilities; a kind is a list of names, or a name alone.
  static let registrations: SQL = """
    SELECT r.hostname, r.source, r.capabilities ->> 'device_tree' AS device_tree,
           max(k.names) FILTER (WHERE k.kind = 'architectures') AS architectures,
           max(k.names) FILTER (WHERE k.kind = 'image_families') AS image_families,
           max(k.names) FILTER (WHERE k.kind = 'boot_methods') AS boot_methods,
           max(k.names) FILTER (WHERE k.kind = 'deploy_methods') AS deploy_methods
      FROM boardcast.registration r
      LEFT JOIN LATERAL (
           SELECT key AS kind, CASE jsonb_typeof(value)
                               WHEN 'array' THEN ARRAY(SELECT jsonb_array_elements_text(value))
                               WHEN 'string' THEN ARRAY[value #>> '{}'] END AS names
             FROM jsonb_each(r.capabilities)) k ON true
     WHERE ($1::text[] IS NULL OR r.hostname = ANY ($1::text[])) AND r.capabilities <> '{}'
     GROUP BY r.hostname
    """

  static let dictionaryFacts: SQL = """
    SELECT digest, architectures, implied_architecture, implied_by, boot_methods, deploy_methods
      FROM boardcast.dictionary_facts
     WHERE $1::text[] IS NULL OR digest IN (SELECT digest FROM boardcast.dictionary WHERE hostname = ANY ($1::text[]))
    """

  static let dictionaries: SQL = """
    SELECT hostname, digest, extract(epoch FROM since)::float8 AS since, problem
      FROM boardcast.dictionary
     WHERE $1::text[] IS NULL OR hostname = ANY ($1::text[])
    """
}
