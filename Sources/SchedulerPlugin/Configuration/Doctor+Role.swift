internal import PostgresClient

extension Doctor {
  /// Whether the database takes writes, and whether Boardcast is switched on in it.
  static func writing(_ connection: PostgresConnection) async throws -> (finding: Finding, endsHere: Bool)? {
    do {
      guard let why = try await WritingObstacle.find(connection, nil), why != .notEnabled else { return nil }
      // Of a database where Boardcast is switched off nothing further is as it should be, and one command mends it all.
      return (Finding(subject: "writing", verdict: .bad, detail: "\(why)"), why == .disabled)
    } catch {
      // A role without rights in our schema: the next findings say which.
      guard let lacking = RightLacking(error) else { throw error }
      return (Finding(subject: "writing", verdict: .bad, detail: "\(lacking)"), false)
    }
  }

  /// Who we are in PostgreSQL, and whether that role may do what `serve` does.
  static func role(_ connection: PostgresConnection) async throws -> [Finding] {
    let (name, ownsLAVAs, lacking) = try await connection.withSession { session in
      let found = try session.query(RoleSQL.myself).only {
        (name: try $0.string("name"), owns: try $0.bool("owns_lavas"))
      }
      return (found.name, found.owns, try LAVARights.lacking(nil, session))
    }
    guard lacking.isEmpty else {
      // One line a table: a role without any right lacks some sixty.
      let tables = lacking.reduce(into: [String]()) { if $0.last != $1.table { $0.append($1.table) } }
      return tables.map { table in
        let rights = lacking.filter { $0.table == table }
        let columns = rights.compactMap(\.column)
        let words = rights.filter { $0.column == nil }.map {
          $0.privilege == "USAGE" ? "USAGE of its sequence" : $0.privilege
        }
        let all = (columns.isEmpty ? [] : ["SELECT of \(columns.joined(separator: ", "))"]) + words
        return Finding(
          subject: "rights", verdict: .bad,
          detail: "the role \(name) lacks on \(table): \(all.joined(separator: "; ")); run 'boardcast enable'")
      }
    }
    guard ownsLAVAs else {
      return [
        Finding(
          subject: "rights", verdict: .good,
          detail: "the role \(name) may read what deciding needs and add jobs, and change nothing of LAVA's")
      ]
    }
    return [
      Finding(
        subject: "rights", verdict: .good,
        detail: "the role \(name) owns LAVA's tables and may do everything; 'boardcast enable' makes one that may less")
    ]
  }

  private enum RoleSQL {
    static let myself: SQL = """
      SELECT current_user::text AS name,
             pg_has_role(c.relowner, 'USAGE') AS owns_lavas
        FROM pg_catalog.pg_class c WHERE c.oid = to_regclass('public.lava_scheduler_app_testjob')
      """
  }
}
