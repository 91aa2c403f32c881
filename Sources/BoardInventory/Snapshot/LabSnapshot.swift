public import Matcher

/// The lab at one moment: every board and the index over them. Immutable, shared without locks.
public struct LabSnapshot: Sendable {
  /// The boards, ordered by hostname; the same positions as in `index.boards`.
  public let boards: Chunks<LabBoard>
  /// Answers which boards can run what.
  public let index: InventoryIndex
  /// The names of the device types LAVA knows, sorted.
  public let deviceTypes: [String]
  /// PostgreSQL's clock when it was read, in seconds since 1970.
  public let takenAt: Double

  /// LAVA's device types as last read; nil when the snapshot was not read.
  var types: InventoryTypes?

  /// A snapshot of boards in any order.
  public init(boards: [LabBoard], deviceTypes: [String], takenAt: Double) {
    // Sorting copies, and what comes from the database is mostly in order.
    let isSorted = zip(boards, boards.dropFirst()).allSatisfy { $0.board.hostname < $1.board.hostname }
    let boards = Chunks(isSorted ? boards : boards.sorted { $0.board.hostname < $1.board.hostname })
    self.init(
      boards: boards, index: InventoryIndex(sorted: Chunks(boards.lazy.map(\.board))),
      deviceTypes: deviceTypes.sorted(),
      takenAt: takenAt)
  }

  /// A snapshot of parts that are in order already.
  init(
    boards: Chunks<LabBoard>, index: InventoryIndex, deviceTypes: [String], takenAt: Double,
    types: InventoryTypes? = nil
  ) {
    self.boards = boards
    self.index = index
    self.deviceTypes = deviceTypes
    self.takenAt = takenAt
    self.types = types
  }

  /// The board of a name.
  public func board(named hostname: String) -> LabBoard? { index.position(of: hostname).map { boards[$0] } }
}
