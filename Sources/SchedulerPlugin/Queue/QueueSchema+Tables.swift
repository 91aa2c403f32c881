import BoardInventory

extension QueueSchema {
  /// What Boardcast must find of LAVA's tables before it writes into them: columns it reads or fills, by kind of type.
  enum Kind: String, Hashable, Sendable {
    /// Four bytes: LAVA's ids and most numbers; COPY sends exactly four.
    case integer
    case bigInteger
    case text
    case flag
    case time
    case json

    /// PostgreSQL's names of the types that hold it.
    fileprivate var types: Set<String> {
      switch self {
      case .integer: ["integer"]
      case .bigInteger: ["bigint"]
      case .text: ["text", "character varying"]
      case .flag: ["boolean"]
      case .time: ["timestamp with time zone"]
      case .json: ["jsonb"]
      }
    }
  }

  /// Tables that rows are added to, and the columns that are filled (lava-database.md, 1). Any other column of them that
  /// must be filled stops the writer. The job table's own are `Column`.
  private static let filled: [String: Set<String>] = [
    "auth_group": ["name"],
    "lava_scheduler_app_device_tags": ["device_id", "tag_id"],
    "lava_scheduler_app_tag": ["name", "description"],
    "lava_scheduler_app_testjob": Set(Column.allCases.map(\.rawValue)),
    "lava_scheduler_app_testjob_tags": ["testjob_id", "tag_id"],
    "lava_scheduler_app_testjob_viewing_groups": ["testjob_id", "group_id"],
  ]

  /// What is read of the other tables, or matched with a parameter of a type.
  private static let read: [String: [String: Kind]] = [
    "auth_group": ["id": .integer, "name": .text],
    "auth_group_permissions": ["group_id": .integer, "permission_id": .integer],
    "auth_permission": ["id": .integer, "codename": .text, "content_type_id": .integer],
    "auth_user": ["id": .integer, "username": .text, "is_active": .flag, "is_superuser": .flag],
    "auth_user_groups": ["user_id": .integer, "group_id": .integer],
    "auth_user_user_permissions": ["user_id": .integer, "permission_id": .integer],
    "django_content_type": ["id": .integer, "app_label": .text],
    "lava_scheduler_app_alias": ["name": .text, "device_type_id": .text],
    "lava_scheduler_app_device": [
      "hostname": .text, "device_type_id": .text, "state": .integer, "health": .integer, "worker_host_id": .text,
      "description": .text, "is_synced": .flag,
    ],
    "lava_scheduler_app_device_tags": ["device_id": .text, "tag_id": .integer],
    "lava_scheduler_app_devicetype": ["name": .text, "display": .flag],
    "lava_scheduler_app_groupdevicepermission": ["device_id": .text, "group_id": .integer, "permission_id": .integer],
    "lava_scheduler_app_groupdevicetypepermission": [
      "devicetype_id": .text, "group_id": .integer, "permission_id": .integer,
    ],
    "lava_scheduler_app_tag": ["id": .integer, "name": .text, "description": .text],
    "lava_scheduler_app_testjob_tags": ["testjob_id": .integer, "tag_id": .integer],
    "lava_scheduler_app_testjob_viewing_groups": ["testjob_id": .integer, "group_id": .integer],
    "lava_scheduler_app_worker": ["hostname": .text, "state": .integer, "health": .integer, "job_limit": .integer],
    "linaro_django_xmlrpc_authtoken": ["secret": .text, "user_id": .integer],
  ]

  /// Throws `Unfit` for the first thing that is not as this Boardcast knows it: a required column nobody would fill, a
  /// column that is gone, one of another type.
  static func check(_ tables: LAVATables) throws(Unfit) {
    for (table, columns) in filled.sorted(by: { $0.key < $1.key }) {
      let stranger = tables.columns[table]?.first {
        $0.isRequired && !$0.hasDefault && !columns.contains($0.name)
      }
      guard let stranger else { continue }
      throw Unfit(
        "LAVA's table \(table) has the column \(stranger.name), which must be filled and which this Boardcast does not "
          + "know")
    }
    for (table, kinds) in read.sorted(by: { $0.key < $1.key }) {
      for (column, kind) in kinds.sorted(by: { $0.key < $1.key }) { try require(column, kind, in: table, tables) }
    }
    for column in Column.allCases {
      try require(column.rawValue, column.kind, in: jobTable, tables, isOptional: Column.optional.contains(column))
    }
    try require("start_time", .time, in: jobTable, tables)
    try require("end_time", .time, in: jobTable, tables)
  }

  private static func require(
    _ column: String, _ kind: Kind, in table: String, _ tables: LAVATables, isOptional: Bool = false
  ) throws(Unfit) {
    guard let found = tables.columns[table]?.first(where: { $0.name == column }) else {
      if isOptional { return }
      throw Unfit("LAVA's table \(table) has no column \(column) any more")
    }
    guard !kind.types.contains(found.type) else { return }
    throw Unfit(
      "the column \(column) of LAVA's table \(table) is \(found.type), and this Boardcast knows it as "
        + "\(kind.types.sorted().joined(separator: " or "))")
  }
}

extension QueueSchema.Column {
  /// What some LAVA between 2023.01 and 2026.10 does without.
  fileprivate static let optional: Set<Self> = [.metadata, .pipelineCompatibility, .requestedDevice, .requestedWorker]

  fileprivate var kind: QueueSchema.Kind {
    switch self {
    case .id, .submitterID, .state, .health, .priority, .pipelineCompatibility: .integer
    case .subID, .description, .requestedDeviceType, .definition, .originalDefinition, .multinodeDefinition, .token,
      .requestedDevice, .requestedWorker:
      .text
    case .isPublic, .healthCheck: .flag
    case .submitTime: .time
    case .queueTimeout: .bigInteger
    case .metadata: .json
    }
  }
}
