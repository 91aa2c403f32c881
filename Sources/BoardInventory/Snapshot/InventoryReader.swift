import Matcher
import PostgresClient

/// LAVA's device types and their aliases, small beside the boards.
struct InventoryTypes {
  /// DeviceType.display by name.
  let displayed: [String: Bool]
  /// Aliases by type, sorted by name.
  let aliases: [String: [String]]
  /// What a lab's admins say of types' processors.
  let words: [String: LAVATypeWords]

  static func read(_ session: borrowing PostgresSession) throws -> InventoryTypes {
    var displayed: [String: Bool] = [:]
    var words: [String: LAVATypeWords] = [:]
    try session.query(InventorySQL.deviceTypes).forEach { row in
      let name = try row.string("name")
      displayed[name] = try row.bool("display")
      words[name] = try row.optionalString("architecture_id").map {
        LAVATypeWords(architecture: $0, bits: try row.optionalInt("bits_id"))
      }
    }
    var aliases: [String: [String]] = [:]
    try session.query(InventorySQL.aliases).forEach {
      aliases[try $0.string("device_type_id"), default: []].append(try $0.string("name"))
    }
    return InventoryTypes(displayed: displayed, aliases: aliases, words: words)
  }
}

extension InventoryTypes {
  /// The same name, as one string for all boards of the type.
  func shared(_ name: String) -> String { displayed.index(forKey: name).map { displayed[$0].key } ?? name }
}

/// Reads boards, all or by name, inside the caller's transaction.
struct InventoryReader {
  let catalogue: DeviceCatalogue
  let types: InventoryTypes
  /// Boards that are as they were are taken from here, so that two snapshots share them.
  var old: LabSnapshot?

  /// Boards ordered by hostname; nil names all.
  ///
  /// - Parameter withFacts: whether what they can run is read too.
  func boards(
    _ hostnames: [String]?, workers: [String: LabWorker], withFacts: Bool = true, _ session: borrowing PostgresSession
  ) throws -> [LabBoard] {
    if let hostnames, hostnames.isEmpty { return [] }
    let tags = try Self.tags(hostnames, session)
    let known = withFacts ? try KnownOfBoards.read(hostnames, session) : KnownOfBoards()
    var table = FactTable(catalogue, lava: types.words)
    var boards: [LabBoard] = []
    try session.stream(InventorySQL.devices, [Self.names(hostnames)]) { row in
      let hostname = try row.string("hostname")
      let deviceType = types.shared(try row.string("device_type_id"))
      boards.append(
        LabBoard(
          row: DeviceRow(
            hostname: hostname, deviceType: deviceType, state: try row.int("state"), health: try row.int("health"),
            worker: try row.optionalString("worker_host_id").flatMap { workers[$0] },
            typeDisplayed: types.displayed[deviceType] ?? true),
          aliases: types.aliases[deviceType] ?? [], tags: tags[hostname] ?? [],
          facts: table.facts(
            of: deviceType, registration: known.registrations[hostname], dictionary: known.dictionary(of: hostname)),
          dictionary: known.dictionaries[hostname]?.state,
          description: try row.optionalString("description") ?? "", isSynced: try row.bool("is_synced"),
          healthCheck: try row.optionalBool("check_passed").map {
            HealthCheck(hasPassed: $0, endedAt: try row.optionalDouble("check_ended"))
          }))
      if let same = old?.board(named: hostname), same == boards.last { boards[boards.count - 1] = same }
    }
    return boards
  }

  /// Workers with how busy they are; nil names all.
  static func workers(_ hostnames: [String]?, _ session: borrowing PostgresSession) throws -> [String: LabWorker] {
    if let hostnames, hostnames.isEmpty { return [:] }
    var workers: [String: LabWorker] = [:]
    try session.query(InventorySQL.workers, [names(hostnames)]).forEach { row in
      let hostname = try row.string("hostname")
      workers[hostname] = LabWorker(
        hostname: hostname, state: try row.int("state"), health: try row.int("health"),
        jobLimit: try row.int("job_limit"), busyDevices: try row.int("busy"))
    }
    return workers
  }

  /// The workers that the named boards have now.
  static func workerNames(of boards: Set<String>, _ session: borrowing PostgresSession) throws -> Set<String> {
    guard !boards.isEmpty else { return [] }
    let rows = try session.query(InventorySQL.devices, [.textArray(boards.sorted())])
    return Set(try rows.map { try $0.optionalString("worker_host_id") }.compactMap { $0 })
  }

  /// Boards that carry one of the tags now.
  static func boards(withTags ids: Set<Int>, _ session: borrowing PostgresSession) throws -> Set<String> {
    guard !ids.isEmpty else { return [] }
    let rows = try session.query(InventorySQL.boardsWithTags, [.int8Array(ids.map(Int64.init))])
    return Set(try rows.map { try $0.string("device_id") })
  }

  /// Boards of these workers or of these types.
  static func boards(
    ofWorkers workers: Set<String>, orTypes types: Set<String>, _ session: borrowing PostgresSession
  ) throws -> [String] {
    guard !workers.isEmpty || !types.isEmpty else { return [] }
    return try session.query(
      InventorySQL.siblings, [.textArray(workers.sorted()), .textArray(types.sorted())]
    ).map { try $0.string("hostname") }
  }

  /// PostgreSQL's clock at the start of the transaction, in seconds since 1970.
  static func now(_ session: borrowing PostgresSession) throws -> Double {
    try session.query(InventorySQL.now).only { try $0.double("now") }
  }

  private static func tags(
    _ hostnames: [String]?, _ session: borrowing PostgresSession
  ) throws -> [String: Set<String>] {
    var tags: [String: Set<String>] = [:]
    try session.stream(InventorySQL.deviceTags, [names(hostnames)]) {
      tags[try $0.string("device_id")] = Set(try $0.stringArray("names"))
    }
    return tags
  }

  private static func names(_ hostnames: [String]?) -> PostgresValue { hostnames.map { .textArray($0) } ?? .null }
}
