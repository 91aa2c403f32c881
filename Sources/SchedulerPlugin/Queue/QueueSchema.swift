import BoardInventory

/// The columns of LAVA's job table that this Boardcast knows how to fill, and what to do about the others.
struct QueueSchema: Hashable, Sendable {
  /// Columns to name in the COPY, in order.
  let columns: [Column]

  /// The job columns there are in the LAVA versions we know (lava-database.md, 1.2 and 10).
  enum Column: String, Hashable, Sendable, CaseIterable {
    case id
    case subID = "sub_id"
    case isPublic = "is_public"
    case submitterID = "submitter_id"
    case description
    case healthCheck = "health_check"
    case requestedDeviceType = "requested_device_type_id"
    case submitTime = "submit_time"
    case state
    case health
    case priority
    case definition
    case originalDefinition = "original_definition"
    case multinodeDefinition = "multinode_definition"
    case pipelineCompatibility = "pipeline_compatibility"
    case queueTimeout = "queue_timeout"
    case token
    /// Since 2026.07.
    case requestedDevice = "requested_device_id"
    /// Since 2026.07.
    case requestedWorker = "requested_worker_id"
    /// Since 2026.10.
    case metadata
  }

  /// LAVA changed in a way that makes writing unsafe. Nothing is inserted until that is cleared up.
  struct Unfit: Error, Hashable, Sendable, CustomStringConvertible {
    let description: String
  }

  private static let table = "lava_scheduler_app_testjob"

  /// Takes the table as it is. Throws `Unfit` naming the column for a required one we do not know, or one that is gone.
  init(_ tables: LAVATables) throws {
    let missing = tables.missing
    guard missing.isEmpty else { throw NotALAVADatabase(missing: missing) }
    let there = tables.columns[Self.table] ?? []
    if let stranger = there.first(where: {
      $0.isRequired && !$0.hasDefault && Column(rawValue: $0.name) == nil
    }) {
      throw Unfit(
        description: "LAVA's job table has the column \(stranger.name), which must be filled and which this Boardcast "
          + "does not know; nothing is queued until Boardcast is upgraded")
    }
    let names = Set(there.map(\.name))
    let optional: Set<Column> = [.metadata, .pipelineCompatibility, .requestedDevice, .requestedWorker]
    if let gone = Column.allCases.first(where: { !optional.contains($0) && !names.contains($0.rawValue) }) {
      throw Unfit(
        description: "LAVA's job table has no column \(gone.rawValue) any more; nothing is queued until Boardcast is "
          + "upgraded")
    }
    self.columns = Column.allCases.filter { names.contains($0.rawValue) }
  }

  /// Throws `Unfit` where a job cannot ask for its board by name: written without, it would go to any board.
  func requireRequests() throws {
    guard let gone = [Column.requestedDevice, .requestedWorker].first(where: { !columns.contains($0) }) else { return }
    throw Unfit(
      description: "jobs that ask for their board by name wait, and LAVA's job table has no column \(gone.rawValue) "
        + "any more; upgrade LAVA to 2026.07 or later, or cancel their events")
  }
}
