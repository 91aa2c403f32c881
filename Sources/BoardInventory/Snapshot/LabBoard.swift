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

  /// A board from its parts.
  public init(board: Board, row: DeviceRow, description: String, isSynced: Bool) {
    self.board = board
    self.row = row
    self.description = description
    self.isSynced = isSynced
  }

  /// LAVA's word for the device's health.
  public var health: String { DeviceHealth(rawValue: row.health)?.word ?? "health \(row.health)" }

  /// LAVA's word for the device's state.
  public var state: String { DeviceState(rawValue: row.state)?.word ?? "state \(row.state)" }
}
