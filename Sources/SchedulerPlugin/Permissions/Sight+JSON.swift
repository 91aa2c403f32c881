public import BoardInventory
public import BuildEvents
internal import Matcher

extension Sight {
  /// The boards of a lab that are shown.
  public func boards(_ lab: LabSnapshot) -> [LabBoard] {
    lab.boards.filter { shows(board: $0.board.hostname, deviceType: $0.board.deviceType) }
  }

  /// The boards for machines, and how many are hidden. Keys are only ever added.
  public func json(_ lab: LabSnapshot) -> JSONValue {
    let shown = boards(lab)
    return ["boards": .array(shown.map(\.json)), "hidden_boards": .int(Int64(lab.boards.count - shown.count))]
  }
}
