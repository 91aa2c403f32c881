import PostgresClient

/// Rows in Boardcast's own tables, as the refresher and `boards apply` write them.
enum FactRows {
  static func register(_ hostname: String, _ capabilities: String, _ session: borrowing PostgresSession) throws {
    _ = try session.execute(
      """
      INSERT INTO boardcast.registration (hostname, capabilities, applied, source, applied_by)
      VALUES ($1, $2, '{}', $1 || '.yaml:1', 'tester')
      ON CONFLICT (hostname) DO UPDATE SET capabilities = excluded.capabilities
      """, [.text(hostname), .jsonb(capabilities)])
  }

  static func rendered(
    _ hostname: String, architectures: [String]? = nil, boots: [String], _ session: borrowing PostgresSession
  ) throws {
    let digest = "\(architectures ?? []) \(boots)"
    _ = try session.execute(
      """
      INSERT INTO boardcast.dictionary_facts (digest, architectures, boot_methods) VALUES ($1, $2, $3)
      ON CONFLICT DO NOTHING
      """,
      [.text(digest), architectures.map { .textArray($0) } ?? .null, .textArray(boots)])
    _ = try session.execute(
      """
      INSERT INTO boardcast.dictionary (hostname, digest) VALUES ($1, $2)
      ON CONFLICT (hostname) DO UPDATE SET digest = excluded.digest, problem = NULL
      """, [.text(hostname), .text(digest)])
  }

  static func notRendered(_ hostname: String, _ problem: String, _ session: borrowing PostgresSession) throws {
    _ = try session.execute(
      """
      INSERT INTO boardcast.dictionary (hostname, problem) VALUES ($1, $2)
      ON CONFLICT (hostname) DO UPDATE SET digest = NULL, problem = excluded.problem
      """, [.text(hostname), .text(problem)])
  }
}
