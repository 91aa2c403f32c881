public import Matcher

/// A board of the lab: what the matcher needs, beside what LAVA says of it in LAVA's words.
public struct LabBoard: Hashable, Sendable {
  /// The board as the matcher sees it.
  public let board: Board
  /// The row the availability was computed from.
  public let row: DeviceRow
  /// LAVA's description of the device; empty when there is none.
  public let description: String
  /// Whether the device belongs to `lava-server manage sync`, which rewrites its tags at every run.
  public let isSynced: Bool
  /// What it can run by which source; the board's capabilities are these.
  public let facts: BoardFacts
  /// How its dictionary was found; nil when nobody looked.
  public let dictionary: DictionaryState?
  /// Its last health check; nil when LAVA has none.
  public let healthCheck: HealthCheck?

  /// A board from its parts.
  public init(
    board: Board, row: DeviceRow, description: String, isSynced: Bool, facts: BoardFacts = .none,
    dictionary: DictionaryState? = nil, healthCheck: HealthCheck? = nil
  ) {
    self.board = board
    self.row = row
    self.facts = facts
    self.dictionary = dictionary
    self.healthCheck = healthCheck
    self.description = description
    self.isSynced = isSynced
  }

  /// LAVA's word for the device's health.
  public var health: String { DeviceHealth(rawValue: row.health)?.word ?? "health \(row.health)" }

  /// LAVA's word for the device's state.
  public var state: String { DeviceState(rawValue: row.state)?.word ?? "state \(row.state)" }
}

extension LabBoard {
  /// A board from LAVA's facts; its availability follows from its row.
  init(
    row: DeviceRow, aliases: [String], tags: Set<String>, facts: BoardFacts, dictionary: DictionaryState?,
    description: String, isSynced: Bool, healthCheck: HealthCheck?
  ) {
    self.init(
      board: Board(
        hostname: row.hostname, deviceType: row.deviceType, aliases: aliases, tags: tags,
        capabilities: facts.capabilities, availability: Availability(row)),
      row: row, description: description, isSynced: isSynced, facts: facts, dictionary: dictionary,
      healthCheck: healthCheck)
  }

  /// The same board with another state of its worker and its type.
  func with(worker: LabWorker?, typeDisplayed: Bool, aliases: [String], facts: BoardFacts) -> LabBoard {
    LabBoard(
      row: DeviceRow(
        hostname: row.hostname, deviceType: row.deviceType, state: row.state, health: row.health, worker: worker,
        typeDisplayed: typeDisplayed),
      aliases: aliases, tags: board.tags, facts: facts, dictionary: dictionary, description: description,
      isSynced: isSynced, healthCheck: healthCheck)
  }

  /// The same board with other facts.
  func with(facts: BoardFacts) -> LabBoard {
    LabBoard(
      row: row, aliases: board.aliases, tags: board.tags, facts: facts, dictionary: dictionary,
      description: description, isSynced: isSynced, healthCheck: healthCheck)
  }
}
