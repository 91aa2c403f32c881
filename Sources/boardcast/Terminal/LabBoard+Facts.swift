import BoardInventory
import Matcher
import SchedulerPlugin

extension LabBoard {
  /// Who says what the board can run, a line each; then what disagrees, and how its dictionary was found.
  func printFacts() {
    print("who says so:")
    for kind in FactKind.allCases {
      guard let source = sourceWords(kind) else { continue }
      print("  \(kind.rawValue): \(facts.values(kind) == nil ? "unknown; " : "")\(source)")
    }
    if !board.capabilities.isDescribed { print("  nobody; add devices/\(board.deviceType).yaml") }
    for disagreement in facts.disagreements {
      print("  \(disagreement.isOverride ? "overrides" : "DISAGREES"): \(disagreement)")
    }
    for words in facts.unread { print("  \(words)") }
    print("dictionary:   \(dictionaryWords)")
  }
}
