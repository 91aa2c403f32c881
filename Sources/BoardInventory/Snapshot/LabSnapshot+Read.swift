internal import Matcher
public import PostgresClient

extension LabSnapshot {
  /// Reads LAVA's inventory; call it inside one REPEATABLE READ transaction so that all tables tell of one moment.
  ///
  /// Throws `NotALAVADatabase` when LAVA's tables are not there, else what PostgreSQL throws.
  public static func read(
    _ session: borrowing PostgresSession, catalogue: DeviceCatalogue
  ) throws -> LabSnapshot {
    let missing = try LAVATables.read(session).missing
    guard missing.isEmpty else { throw NotALAVADatabase(missing: missing) }
    let takenAt = try session.query(InventorySQL.now).first { try $0.double("now") } ?? 0
    let workers = try readWorkers(session)
    let types = try readTypes(session)
    let aliases = try readAliases(session)
    let tags = try readTags(session)
    var boards: [LabBoard] = []
    try session.stream(InventorySQL.devices, []) { row in
      let hostname = try row.string("hostname")
      let deviceType = try row.string("device_type_id")
      let facts = DeviceRow(
        hostname: hostname, deviceType: deviceType, state: try row.int("state"), health: try row.int("health"),
        worker: try row.optionalString("worker_host_id").flatMap { workers[$0] },
        typeDisplayed: types[deviceType] ?? true)
      boards.append(
        LabBoard(
          board: Board(
            hostname: hostname, deviceType: deviceType, aliases: aliases[deviceType] ?? [],
            tags: tags[hostname] ?? [], capabilities: catalogue.capabilities(of: deviceType),
            availability: Availability(facts)),
          row: facts, description: try row.optionalString("description") ?? "",
          isSynced: try row.bool("is_synced")))
    }
    return LabSnapshot(boards: boards, deviceTypes: Array(types.keys), takenAt: takenAt)
  }

  private static func readWorkers(_ session: borrowing PostgresSession) throws -> [String: LabWorker] {
    var workers: [String: LabWorker] = [:]
    try session.query(InventorySQL.workers).forEach { row in
      let hostname = try row.string("hostname")
      workers[hostname] = LabWorker(
        hostname: hostname, state: try row.int("state"), health: try row.int("health"),
        jobLimit: try row.int("job_limit"), busyDevices: try row.int("busy"))
    }
    return workers
  }

  private static func readTypes(_ session: borrowing PostgresSession) throws -> [String: Bool] {
    var displayed: [String: Bool] = [:]
    try session.query(InventorySQL.deviceTypes).forEach { displayed[try $0.string("name")] = try $0.bool("display") }
    return displayed
  }

  private static func readAliases(_ session: borrowing PostgresSession) throws -> [String: [String]] {
    var aliases: [String: [String]] = [:]
    try session.query(InventorySQL.aliases).forEach {
      aliases[try $0.string("device_type_id"), default: []].append(try $0.string("name"))
    }
    return aliases
  }

  private static func readTags(_ session: borrowing PostgresSession) throws -> [String: Set<String>] {
    var tags: [String: Set<String>] = [:]
    try session.stream(InventorySQL.deviceTags, []) {
      tags[try $0.string("device_id"), default: []].insert(try $0.string("name"))
    }
    return tags
  }
}
