import BoardInventory
import BuildEvents
import Foundation
import Matcher
import SchedulerPlugin

/// Shows a list of boards again and again: drawn anew on a terminal, else the boards that changed.
struct BoardWatch {
  let table: BoardTable
  let json: Bool
  private var shown: LabSnapshot?

  init(table: BoardTable, json: Bool) {
    self.table = table
    self.json = json
  }

  mutating func show(_ lab: LabSnapshot) {
    defer {
      shown = lab
      fflush(nil)
    }
    if Terminal.isTerminal, !json {
      print("\u{1B}[H\u{1B}[2J", terminator: "")
      return table.print(lab.boards)
    }
    let changed = lab.boards.filter { shown?.board(named: $0.board.hostname) != $0 }
    let gone = shown?.boards.filter { lab.board(named: $0.board.hostname) == nil } ?? []
    if json {
      for board in changed { print(board.json.canonical) }
      for board in gone {
        print(JSONValue.object(["hostname": .string(board.board.hostname), "gone": true]).canonical)
      }
      return
    }
    // Only the first list has a header.
    let lines = table.lines(changed, width: nil)
    for line in shown == nil ? lines[...] : lines.dropFirst() { print(line) }
    for board in gone { print("- \(board.board.hostname)") }
  }
}
