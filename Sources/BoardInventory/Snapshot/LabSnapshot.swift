public import Matcher

/// The lab at one moment: every board and the index over them. Immutable, shared without locks.
public struct LabSnapshot: Sendable {
  /// The boards, ordered by hostname; the same positions as in `index.boards`.
  public let boards: [LabBoard]
  /// Answers which boards can run what.
  public let index: InventoryIndex
  /// The names of the device types LAVA knows, sorted.
  public let deviceTypes: [String]
  /// PostgreSQL's clock when it was read, in seconds since 1970.
  public let takenAt: Double

  /// A snapshot of boards in any order.
  public init(boards: [LabBoard], deviceTypes: [String], takenAt: Double) {
    self.init(
      boards: boards.sorted { $0.board.hostname < $1.board.hostname },
      index: InventoryIndex(boards: boards.map(\.board)), deviceTypes: deviceTypes.sorted(), takenAt: takenAt)
  }

  /// A snapshot of parts that are in order already.
  init(boards: [LabBoard], index: InventoryIndex, deviceTypes: [String], takenAt: Double) {
    self.boards = boards
    self.index = index
    self.deviceTypes = deviceTypes
    self.takenAt = takenAt
  }

  /// The board of a name.
  public func board(named hostname: String) -> LabBoard? {
    var low = 0
    var high = boards.count
    while low < high {
      let middle = (low + high) / 2
      if boards[middle].board.hostname < hostname { low = middle + 1 } else { high = middle }
    }
    guard low < boards.count, boards[low].board.hostname == hostname else { return nil }
    return boards[low]
  }
}
