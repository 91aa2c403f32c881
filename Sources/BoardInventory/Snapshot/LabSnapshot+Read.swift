public import Matcher
public import PostgresClient

extension LabSnapshot {
  /// Reads LAVA's inventory; call it inside one REPEATABLE READ transaction so that all tables tell of one moment.
  ///
  /// Throws `NotALAVADatabase` when LAVA's tables are not there, else what PostgreSQL throws.
  public static func read(
    _ session: borrowing PostgresSession, catalogue: DeviceCatalogue
  ) throws -> LabSnapshot {
    try read(session, catalogue: catalogue, sharing: nil)
  }

  /// The same, with the boards of an old snapshot that are as they were.
  private static func read(
    _ session: borrowing PostgresSession, catalogue: DeviceCatalogue, sharing old: LabSnapshot?
  ) throws -> LabSnapshot {
    let missing = try LAVATables.read(session).missing
    guard missing.isEmpty else { throw NotALAVADatabase(missing: missing) }
    let takenAt = try InventoryReader.now(session)
    let reader = InventoryReader(catalogue: catalogue, types: try InventoryTypes.read(session), old: old)
    let boards = try reader.boards(nil, workers: InventoryReader.workers(nil, session), session)
    var new = LabSnapshot(boards: boards, deviceTypes: Array(reader.types.displayed.keys), takenAt: takenAt)
    new.types = reader.types
    return new
  }

  /// This snapshot with what changed read again; the same moment for all tables inside one REPEATABLE READ transaction.
  ///
  /// A device's state also changes how busy its worker is, and so whether the worker's other boards could take a job;
  /// hence every board of a worker that has, or had, a changed device gets the worker's new figures.
  public func rereading(
    _ change: InventoryChange, _ session: borrowing PostgresSession, catalogue: DeviceCatalogue
  ) throws -> LabSnapshot {
    if change.everything { return try Self.read(session, catalogue: catalogue, sharing: self) }
    let takenAt = try InventoryReader.now(session)
    let known = change.types.isEmpty ? types : nil
    let reader = InventoryReader(catalogue: catalogue, types: try known ?? InventoryTypes.read(session))
    let devices = try change.devices.union(InventoryReader.boards(withTags: change.tags, session))
    let old = devices.compactMap { board(named: $0) }
    let names = try InventoryReader.workerNames(of: devices, session)
    let dirtyWorkers = change.workers.union(names).union(old.compactMap(\.row.worker?.hostname))
    let workers = try InventoryReader.workers(Array(dirtyWorkers), session)
    var changed: [String: LabBoard?] = [:]
    for name in devices { changed.updateValue(nil, forKey: name) }
    for board in try reader.boards(Array(devices), workers: workers, session) {
      // The same facts stay the same value, which other boards share.
      let facts = self.board(named: board.board.hostname)?.facts
      changed.updateValue(
        facts.map { $0 == board.facts ? board.with(facts: $0) : board } ?? board, forKey: board.board.hostname)
    }
    // Where LAVA has a board that this snapshot has not, a notification about it is on its way.
    let siblings = try InventoryReader.boards(ofWorkers: dirtyWorkers, orTypes: change.types, session)
    var table = FactTable(catalogue, lava: reader.types.words)
    for board in siblings.compactMap({ self.board(named: $0) }) where changed[board.board.hostname] == nil {
      let worker = board.row.worker.map(\.hostname)
      let isOfWorker = worker.map(dirtyWorkers.contains) ?? false
      let type = board.board.deviceType
      let isOfType = change.types.contains(type)
      guard isOfWorker || isOfType else { continue }
      changed[board.board.hostname] = board.with(
        worker: isOfWorker ? worker.flatMap { workers[$0] } : board.row.worker,
        typeDisplayed: reader.types.displayed[type] ?? true, aliases: reader.types.aliases[type] ?? [],
        facts: isOfType ? table.redo(board.facts, of: type) : board.facts)
    }
    var new = replacing(changed, deviceTypes: Array(reader.types.displayed.keys), takenAt: takenAt)
    new.types = reader.types
    return change.catalogue ? new.deriving(from: catalogue, lava: reader.types.words) : new
  }

  /// Availability of just these boards as it is now, without locks; a board LAVA does not have is absent.
  public static func availability(
    of hostnames: [String], _ session: borrowing PostgresSession
  ) throws -> [String: Availability] {
    guard !hostnames.isEmpty else { return [:] }
    let reader = InventoryReader(catalogue: DeviceCatalogue([]), types: try InventoryTypes.read(session))
    let names = try InventoryReader.workerNames(of: Set(hostnames), session)
    let boards = try reader.boards(
      hostnames, workers: InventoryReader.workers(Array(names), session), withFacts: false,
      session)
    return Dictionary(uniqueKeysWithValues: boards.map { ($0.board.hostname, $0.board.availability) })
  }
}
