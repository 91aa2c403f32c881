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

  /// A snapshot of boards in any order.
  public init(boards: [LabBoard], deviceTypes: [String], takenAt: Double) {
    self.init(
      boards: Chunks(boards.sorted { $0.board.hostname < $1.board.hostname }),
      index: InventoryIndex(boards: boards.map(\.board)), deviceTypes: deviceTypes.sorted(), takenAt: takenAt)
  }

  /// A snapshot of parts that are in order already.
  init(boards: Chunks<LabBoard>, index: InventoryIndex, deviceTypes: [String], takenAt: Double) {
    self.boards = boards
    self.index = index
    self.deviceTypes = deviceTypes
    self.takenAt = takenAt
  }

  /// The board of a name.
  public func board(named hostname: String) -> LabBoard? { index.position(of: hostname).map { boards[$0] } }
}
