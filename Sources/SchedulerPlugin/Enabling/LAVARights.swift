import PostgresClient

/// What Boardcast's own role may do with LAVA's tables: read the columns that deciding needs, add what LAVA's submission
/// adds. No password, no token of a user, worker or job, nobody's definitions; nothing is ever changed or taken away.
enum LAVARights {
  /// One table.
  struct Table: Hashable, Sendable {
    let name: String
    let reads: [String]
    var adds = false
  }

  static let tables: [Table] = [
    // The inventory.
    Table(
      name: "lava_scheduler_app_device",
      reads: [
        "hostname", "device_type_id", "state", "health", "worker_host_id", "description", "is_synced",
        "last_health_report_job_id",
      ]),
    Table(name: "lava_scheduler_app_worker", reads: ["hostname", "state", "health", "job_limit", "last_ping"]),
    Table(name: "lava_scheduler_app_devicetype", reads: ["name", "display", "architecture_id", "bits_id"]),
    Table(name: "lava_scheduler_app_alias", reads: ["name", "device_type_id"]),
    Table(name: "lava_scheduler_app_tag", reads: ["id", "name", "description"], adds: true),
    Table(name: "lava_scheduler_app_device_tags", reads: ["id", "device_id", "tag_id"], adds: true),
    // The queue.
    Table(
      name: "lava_scheduler_app_testjob",
      reads: [
        "id", "state", "health", "description", "priority", "submitter_id", "submit_time", "start_time", "end_time",
        "health_check", "is_public", "target_group", "requested_device_type_id", "requested_device_id",
        "actual_device_id",
        "queue_timeout",
      ], adds: true),
    Table(name: "lava_scheduler_app_testjob_tags", reads: ["id", "testjob_id", "tag_id"], adds: true),
    Table(name: "lava_scheduler_app_testjob_viewing_groups", reads: ["id", "testjob_id", "group_id"], adds: true),
    // Who is who, and may do what.
    Table(name: "auth_user", reads: ["id", "username", "is_active", "is_superuser"]),
    Table(name: "auth_group", reads: ["id", "name"], adds: true),
    Table(name: "auth_user_groups", reads: ["user_id", "group_id"]),
    Table(name: "auth_permission", reads: ["id", "codename", "content_type_id"]),
    Table(name: "auth_user_user_permissions", reads: ["user_id", "permission_id"]),
    Table(name: "auth_group_permissions", reads: ["group_id", "permission_id"]),
    Table(name: "django_content_type", reads: ["id", "app_label", "model"]),
    Table(name: "lava_scheduler_app_groupdevicepermission", reads: ["device_id", "group_id", "permission_id"]),
    Table(name: "lava_scheduler_app_groupdevicetypepermission", reads: ["devicetype_id", "group_id", "permission_id"]),
    Table(name: "lava_scheduler_app_groupworkerpermission", reads: ["worker_id", "group_id", "permission_id"]),
    // What jobs may compare their results with.
    Table(name: "lava_results_app_query", reads: ["owner_id", "name", "content_type_id"]),
    // Since when a board is away.
    Table(
      name: "django_admin_log",
      reads: ["id", "action_time", "content_type_id", "object_id", "change_message", "user_id"]),
  ]

  /// One right that a role lacks. What this LAVA does not have nobody lacks.
  struct Lacking: Hashable, Sendable {
    let table: String
    /// SELECT, INSERT, or USAGE of the table's sequence.
    let privilege: String
    /// nil for the whole table.
    let column: String?
  }

  /// What a role lacks; nil asks about the current one. A role that is not there lacks everything.
  static func lacking(_ role: String?, _ session: borrowing PostgresSession) throws -> [Lacking] {
    var wanted: [Lacking] = []
    for table in tables {
      wanted += table.reads.map { Lacking(table: table.name, privilege: "SELECT", column: $0) }
      guard table.adds else { continue }
      wanted += ["INSERT", "USAGE"].map { Lacking(table: table.name, privilege: $0, column: nil) }
    }
    return try session.query(
      RightsSQL.lacking,
      [
        .textArray(wanted.map(\.table)), .textArray(wanted.map(\.privilege)),
        .textArray(wanted.map { $0.column ?? "" }),
        PostgresValue(role),
      ]
    ).map { row in
      let column = try row.string("column")
      return Lacking(
        table: try row.string("table"), privilege: try row.string("privilege"), column: column.isEmpty ? nil : column)
    }
  }

  /// Statements that give a role what it lacks, a few per table.
  static func grants(_ lacking: [Lacking], to role: String) throws -> [SQL] {
    let name = try SQL.identifier(role)
    var statements: [SQL] = []
    for table in tables.map(\.name) {
      let mine = lacking.filter { $0.table == table }
      let columns = mine.filter { $0.privilege == "SELECT" }.compactMap(\.column)
      let relation = try "public." + SQL.identifier(table)
      if !columns.isEmpty {
        statements.append(try "GRANT SELECT (" + .identifiers(columns) + ") ON " + relation + " TO " + name)
      }
      if mine.contains(where: { $0.privilege == "INSERT" }) {
        statements.append("GRANT INSERT ON " + relation + " TO " + name)
      }
      if mine.contains(where: { $0.privilege == "USAGE" }) {
        // A sequence's name is LAVA's affair: PostgreSQL is asked for it where the statement runs.
        statements.append(try RightsSQL.grantSequence(table: table, to: name))
      }
    }
    return statements
  }
}

extension LAVARights.Lacking: CustomStringConvertible {
  /// `SELECT (name) on auth_group`.
  var description: String {
    if privilege == "USAGE" { return "USAGE on the sequence of \(table)" }
    return column.map { "\(privilege) (\($0)) on \(table)" } ?? "\(privilege) on \(table)"
  }
}
