public import PostgresClient

/// LAVA's tables as they are in this database; every feature is decided by the columns that are there.
public struct LAVATables: Hashable, Sendable {
  /// One column, as far as an INSERT must know it.
  public struct Column: Hashable, Sendable {
    /// The column's name.
    public let name: String
    /// Whether it refuses NULL.
    public let isRequired: Bool
    /// Whether the database fills it when an INSERT is silent (default, serial or identity).
    public let hasDefault: Bool
    /// The most characters it holds; nil where there is no limit.
    public var longest: Int?
    /// PostgreSQL's name of its type, without a length: `integer`, `character varying`.
    public var type = ""
  }

  /// Columns by table, table names without the schema.
  public let columns: [String: [Column]]

  /// Takes what a reader found.
  public init(columns: [String: [Column]]) { self.columns = columns }

  /// Whether a table has a column.
  public func has(_ column: String, in table: String) -> Bool {
    columns[table]?.contains { $0.name == column } ?? false
  }

  /// The most characters a column holds; nil where it is not there or has no limit.
  public func longest(_ column: String, in table: String) -> Int? {
    columns[table]?.first { $0.name == column }?.longest
  }

  /// The tables Boardcast reads or writes; a database without them is not LAVA's.
  public static let needed = [
    "auth_group", "auth_group_permissions", "auth_permission", "auth_user", "auth_user_groups",
    "auth_user_user_permissions", "django_content_type", "lava_scheduler_app_alias", "lava_scheduler_app_device",
    "lava_scheduler_app_device_tags", "lava_scheduler_app_devicetype", "lava_scheduler_app_groupdevicepermission",
    "lava_scheduler_app_groupdevicetypepermission", "lava_scheduler_app_tag", "lava_scheduler_app_testjob",
    "lava_scheduler_app_testjob_tags", "lava_scheduler_app_testjob_viewing_groups", "lava_scheduler_app_worker",
    "linaro_django_xmlrpc_authtoken",
  ]

  /// Needed tables that are not there, sorted.
  public var missing: [String] { Self.needed.filter { columns[$0] == nil } }

  /// Reads the catalogue of the database; about a millisecond.
  public static func read(_ session: borrowing PostgresSession) throws -> LAVATables {
    var columns: [String: [Column]] = [:]
    try session.query(columnsOfNeededTables, [.textArray(needed)]).forEach { row in
      columns[try row.string("relname"), default: []].append(
        Column(
          name: try row.string("attname"), isRequired: try row.bool("attnotnull"),
          hasDefault: try row.bool("has_default"), longest: try row.optionalInt("longest"),
          type: try row.string("type")))
    }
    return LAVATables(columns: columns)
  }

  private static let columnsOfNeededTables: SQL = """
    SELECT c.relname::text, a.attname::text, a.attnotnull,
           (a.atthasdef OR a.attidentity <> '') AS has_default, format_type(a.atttypid, NULL) AS type,
           -- Of varchar(n) the modifier is n and the four bytes of a length (PostgreSQL's varchartypmodin).
           CASE WHEN a.atttypid = 'varchar'::regtype AND a.atttypmod > 4 THEN a.atttypmod - 4 END AS longest
      FROM pg_catalog.pg_attribute a
      JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relname = ANY ($1::text[])
       AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY c.relname, a.attnum
    """
}
