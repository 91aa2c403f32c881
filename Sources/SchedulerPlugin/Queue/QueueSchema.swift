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

    /// - Parameter what: what was met, without a full stop; what to do about it is added.
    init(_ what: String, mend: String = "nothing is queued until Boardcast is upgraded, or the change taken back") {
      description = "\(what); \(mend)"
    }
  }

  static let jobTable = "lava_scheduler_app_testjob"

  /// Takes the tables as they are. Throws `NotALAVADatabase` for a missing one, and `Unfit` naming table and column for
  /// a required column we do not know, one that is gone, or one of another type.
  init(_ tables: LAVATables) throws {
    let missing = tables.missing
    guard missing.isEmpty else { throw NotALAVADatabase(missing: missing) }
    try Self.check(tables)
    columns = Column.allCases.filter { tables.has($0.rawValue, in: Self.jobTable) }
  }

  /// Throws `Unfit` where a job cannot ask for its board by name: written without, it would go to any board.
  func requireRequests() throws {
    guard let gone = [Column.requestedDevice, .requestedWorker].first(where: { !columns.contains($0) }) else { return }
    throw Unfit(
      "jobs that ask for their board by name wait, and LAVA's job table has no column \(gone.rawValue) any more",
      mend: "upgrade LAVA to 2026.07 or later, or cancel their events")
  }
}
