import BoardInventory
import Matcher
import SchedulerPlugin

/// Boards as lines, narrow or wide.
struct BoardTable {
  let wide: Bool

  func lines(_ boards: some Sequence<LabBoard>, width: Int?) -> [String] {
    guard wide else {
      var table = Table("BOARD", "TYPE", "HEALTH", "STATE", "WORKER", "AVAILABLE", "CAN RUN")
      for board in boards {
        table.add(
          board.board.hostname, board.board.deviceType, board.health, board.state, board.row.worker?.hostname ?? "-",
          board.board.availability.kind.rawValue, board.board.capabilities.words)
      }
      return table.lines(width: width)
    }
    var table = Table(
      "BOARD", "TYPE", "HEALTH", "STATE", "WORKER", "TAGS", "AVAILABLE", "CAN RUN", "DESCRIPTION", "WHY NOT")
    for board in boards {
      let tags = board.board.tags.filter { $0 != BoardTag.name(for: board.board.hostname) && !PoolTag.isOne($0) }
        .sorted()
      table.add(
        board.board.hostname, board.board.deviceType, board.health, board.state, board.row.worker?.hostname ?? "-",
        tags.isEmpty ? "-" : tags.joined(separator: " "), board.board.availability.kind.rawValue,
        board.board.capabilities.words, board.description.isEmpty ? "-" : board.description.replacing("\n", with: " "),
        board.board.availability.facts.map { Reason($0).description }.joined(separator: "; "))
    }
    return table.lines(width: width)
  }

  func print(_ boards: some Sequence<LabBoard>) {
    for line in lines(boards, width: Terminal.width) { Swift.print(line) }
  }
}
