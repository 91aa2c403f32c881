import BuildEvents
import PostgresClient

/// Every row of every table of LAVA's, in a form in which two databases can be compared.
struct FidelityTables: Sendable {
  /// Rows by table, each row as its columns with a text or nil, without what must differ.
  let rows: [String: [[String: String?]]]

  var count: Int { rows.values.map(\.count).reduce(0, +) }

  /// Reads a database. Ids of jobs become the cases' names; surrogate ids of links, a job's time and its random token
  /// are checked for their form and left out; groups go by name.
  ///
  /// - Parameter jobs: the cases by LAVA's job id.
  static func read(jobs: [Int64: String], _ session: borrowing PostgresSession) throws -> FidelityTables {
    let groups = Dictionary(
      uniqueKeysWithValues: try session.query("SELECT id::text AS id, name FROM auth_group").map {
        (try $0.string("id"), try $0.string("name"))
      })
    var all: [String: [[String: String?]]] = [:]
    let names = try session.query(tables).map { try $0.string("name") }
    for table in names {
      let sql = try "SELECT to_jsonb(t)::text AS row FROM public." + SQL.identifier(table) + " AS t"
      let rows = try session.query(sql).map { row in
        columns(try JSONValue.parse(Array(try row.string("row").utf8)), table, jobs, groups)
      }
      all[table] = rows.sorted { words($0) < words($1) }
    }
    return FidelityTables(rows: all)
  }

  private static func words(_ row: [String: String?]) -> String {
    row.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value ?? "NULL")" }.joined(separator: "|")
  }

  private static let tables: SQL = """
    SELECT c.relname::text AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY 1
    """

  private static func columns(
    _ row: JSONValue, _ table: String, _ jobs: [Int64: String], _ groups: [String: String]
  ) -> [String: String?] {
    var columns: [String: String?] = [:]
    for (name, value) in row.objectValue ?? [:] {
      let text: String? =
        switch value {
        case .null: nil
        case .string(let text): text
        default: value.canonical
        }
      columns.updateValue(text, forKey: name)
    }
    func job(_ column: String) {
      columns[column] = columns[column].flatMap { $0 }.flatMap { Int64($0) }.map { jobs[$0] ?? "unknown job \($0)" }
    }
    switch table {
    case "lava_scheduler_app_testjob":
      job("id")
      columns["token"] = columns["token"]??.wholeMatch(of: /[a-zA-Z0-9]{32}/) == nil ? "bad" : "32 letters and digits"
      columns["submit_time"] =
        columns["submit_time"]??.firstMatch(of: /^20[0-9-]+T[0-9:.]+\+00:00$/) == nil ? "bad" : "a time"
      // The REST framework strips white space at both ends of a text field; LAVA's XML-RPC does not.
      columns["original_definition"] = columns["original_definition"]??.trimmingWhitespace
    case "lava_scheduler_app_testjob_tags":
      columns["id"] = .none
      job("testjob_id")
    case "lava_scheduler_app_testjob_viewing_groups":
      columns["id"] = .none
      job("testjob_id")
      columns["group_id"] = columns["group_id"]?.flatMap { groups[$0] }
    case "auth_group":
      columns["id"] = .none
    default: break
    }
    return columns
  }
}

extension String {
  /// As Python's `strip()` for what a dump ends with.
  fileprivate var trimmingWhitespace: String {
    var text = Substring(self)
    while text.last?.isWhitespace == true { text.removeLast() }
    while text.first?.isWhitespace == true { text.removeFirst() }
    return String(text)
  }
}
