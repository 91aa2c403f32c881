import PostgresClient

/// One row for LAVA's job table, as LAVA's own submission would have written it
/// (lava_scheduler_app/models.py:_create_pipeline_job; lava-database.md, 3.9).
struct QueuedJob: Sendable {
  let id: Int64
  let submitMicroseconds: Int64
  let assignmentID: Int64
  let board: String
  let submitterID: Int
  let deviceType: String
  let requestedDevice: String?
  let requestedWorker: String?
  let jobName: String
  let definition: String
  let isPublic: Bool
  let priority: Int
  let queueTimeout: Int64?
  let metadata: String
  let token: String
  let tagIDs: [Int64]
  let viewingGroupIDs: [Int64]
  /// The pool by whose tag it finds a board; nil where it finds its one board otherwise.
  let pool: Int64?

  /// The value of a column, in the column's type.
  func value(_ column: QueueSchema.Column) -> PostgresValue {
    switch column {
    case .id: .int4(Int32(truncatingIfNeeded: id))
    case .subID, .multinodeDefinition: .text("")
    case .isPublic: .bool(isPublic)
    case .submitterID: .int4(Int32(truncatingIfNeeded: submitterID))
    case .description: .text(jobName)
    case .healthCheck: .bool(false)
    case .requestedDeviceType: .text(deviceType)
    case .requestedDevice: PostgresValue(requestedDevice)
    case .requestedWorker: PostgresValue(requestedWorker)
    case .submitTime: .timestamp(submitMicroseconds)
    case .state, .health, .pipelineCompatibility: .int4(0)
    case .priority: .int4(Int32(truncatingIfNeeded: priority))
    case .definition, .originalDefinition: .text(definition)
    case .queueTimeout: PostgresValue(queueTimeout)
    case .token: .text(token)
    case .metadata: .jsonb(metadata)
    }
  }
}
