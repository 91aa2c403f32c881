import BuildEvents
import Matcher

/// Why boards got no job, compactly: reasons are kept once per device type, and per board only where a board differs
/// from its type. A hundred thousand boards of two hundred types are kilobytes.
struct DecisionSummary: Hashable, Sendable {
  /// How many boards were looked at.
  let boards: Int
  /// How many of them got an assignment.
  let assigned: Int
  /// How many boards have which first reason.
  let counts: [Reason.Code: Int]
  /// The reasons that all boards of a type without an assignment share.
  let types: [String: [Reason]]
  /// The reasons of boards that differ from their type.
  let exceptions: [String: [Reason]]

  /// - Parameter refused: every board that got nothing, with its reasons.
  init(boards: Int, refused: [(board: Board, reasons: [Reason])]) {
    self.boards = boards
    self.assigned = boards - refused.count
    self.counts = Dictionary(refused.compactMap { $0.reasons.first.map { ($0.code, 1) } }, uniquingKeysWith: +)
    var types: [String: [Reason]] = [:]
    for (type, members) in Dictionary(grouping: refused, by: \.board.deviceType) {
      let tally = Dictionary(members.map { ($0.reasons, 1) }, uniquingKeysWith: +)
      // The commonest wins; the order of reasons' text settles a tie, so that the same lab gives the same summary.
      types[type] = tally.max { ($0.value, "\($0.key)") < ($1.value, "\($1.key)") }?.key
    }
    self.types = types
    self.exceptions = Dictionary(
      refused.filter { types[$0.board.deviceType] != $0.reasons }.map { ($0.board.hostname, $0.reasons) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Why a board got nothing.
  func reasons(board: String, deviceType: String) -> [Reason] {
    exceptions[board] ?? types[deviceType] ?? []
  }
}
