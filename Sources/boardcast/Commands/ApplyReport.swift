import BoardInventory
import BuildEvents
import Foundation

/// What an apply found and did, for people and for machines.
struct ApplyReport: Sendable {
  let plan: RegistrationPlan
  let isDryRun: Bool
  /// Boards that were done.
  private(set) var finished: Set<String> = []
  /// Why boards could not be done.
  private(set) var failures: [String: String] = [:]
  /// LAVA's words on boards it does not accept.
  var refusals: [String: String] = [:]
  /// Why LAVA could not be asked.
  var notAsked: String?
  var isInterrupted = false

  init(plan: RegistrationPlan, isDryRun: Bool) {
    self.plan = plan
    self.isDryRun = isDryRun
  }

  /// The exit code.
  var code: Int32 {
    if isInterrupted { return 130 }
    let isStuck = plan.boards.contains { !$0.conflicts.isEmpty }
    if isStuck || !failures.isEmpty || !refusals.isEmpty || notAsked != nil { return 1 }
    return isDryRun && !plan.changesNothing ? 3 : 0
  }

  /// What happens to a board, in a word.
  func action(_ board: BoardPlan) -> String {
    if !board.conflicts.isEmpty { return "conflict" }
    if failures[board.hostname] != nil { return "failed" }
    let isDone = isDryRun || finished.contains(board.hostname)
    if board.isEmpty { return "unchanged" }
    if !isDone { return "left" }
    if board.isNew { return "added" }
    return board.isAdoption ? "adopted" : board.record?.applied.isRetired == true ? "retired" : "changed"
  }

  mutating func done(_ board: BoardPlan, prints: Bool) {
    finished.insert(board.hostname)
    guard prints, !board.isAdoption else { return }
    print("\(board.hostname): \(action(board))")
    // Whoever reads a pipe sees each board when it is done.
    fflush(nil)
  }

  mutating func failed(_ board: BoardPlan, _ why: String, prints: Bool) {
    failures[board.hostname] = why
    if prints { Terminal.complain("\(board.hostname): \(why)") }
  }

  func printDiff(showsDictionary: Bool) {
    for board in plan.boards {
      let isRetired = board.record?.applied.isRetired == true
      let mark = !board.conflicts.isEmpty ? "!" : board.isNew ? "+" : isRetired ? "-" : "~"
      guard !board.differences.isEmpty || !board.conflicts.isEmpty || !board.notes.isEmpty else { continue }
      print(Self.coloured("\(mark) board \(board.hostname)", mark))
      for difference in board.differences {
        let (mark, words) = Self.words(difference)
        print(Self.coloured("    \(mark) \(difference.subject): \(words)", mark))
        if showsDictionary { for line in difference.lines { print("        \(line)") } }
      }
      for conflict in board.conflicts {
        let mend = conflict.yieldsToForce ? "; --force overwrites it" : ""
        print(Self.coloured("    ! \(conflict.subject): \(conflict.words)\(mend)", "!"))
      }
      for note in board.notes { print("      \(note)") }
    }
  }

  func show(_ output: OutputOptions) {
    output.print(json) {
      for (board, words) in refusals.sorted(by: { $0.key < $1.key }) {
        Terminal.complain("\(board): not schedulable, LAVA says: \(words)")
      }
      if let notAsked { Terminal.complain("whether LAVA accepts the boards is not known: \(notAsked)") }
      print(summary)
    }
  }

  var counts: [(String, Int)] {
    let words = plan.boards.map(action)
    return ["added", "changed", "adopted", "retired", "unchanged", "conflict", "failed", "left"].map { word in
      (word, words.filter { $0 == word }.count)
    }
  }

  private var summary: String {
    if isInterrupted {
      return "interrupted: \(finished.count) boards done, \(plan.boards.count) named; apply again to go on"
    }
    if plan.boards.allSatisfy(\.isEmpty), refusals.isEmpty, notAsked == nil {
      return "nothing to do; \(plan.boards.count) boards are as their files say"
    }
    let counts = counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
    let refused = refusals.isEmpty ? "" : "; \(refusals.count) not schedulable"
    return "\(isDryRun ? "would be: " : "")\(counts.joined(separator: ", "))\(refused)"
  }

  private var json: JSONValue {
    .object([
      "dry_run": .bool(isDryRun), "interrupted": .bool(isInterrupted),
      "counts": .object(Dictionary(uniqueKeysWithValues: counts.map { ($0.0, .int(Int64($0.1))) })),
      "not_asked": notAsked.map(JSONValue.string) ?? .null,
      "boards": .array(plan.boards.map(json)),
    ])
  }

  private func json(_ board: BoardPlan) -> JSONValue {
    .object([
      "hostname": .string(board.hostname), "action": .string(action(board)),
      "differences": .array(
        board.differences.map {
          .object([
            "subject": .string($0.subject), "from": $0.from.map(JSONValue.string) ?? .null,
            "to": $0.to.map(JSONValue.string) ?? .null,
          ])
        }),
      "conflicts": .array(
        board.conflicts.map { .object(["subject": .string($0.subject), "detail": .string($0.words)]) }),
      "notes": .array(board.notes.map(JSONValue.string)),
      "failure": failures[board.hostname].map(JSONValue.string) ?? .null,
      "refused_by_lava": refusals[board.hostname].map(JSONValue.string) ?? .null,
    ])
  }

  private static func words(_ difference: BoardPlan.Difference) -> (mark: String, words: String) {
    switch (difference.from, difference.to) {
    case (nil, let to?): ("+", shown(to))
    case (let from?, nil): ("-", shown(from))
    case (let from?, let to?): ("~", difference.subject == "dictionary" ? to : "\(shown(from)) -> \(shown(to))")
    case (nil, nil): ("~", "")
    }
  }

  private static func shown(_ text: String) -> String { text.isEmpty ? "(none)" : text.replacing("\n", with: " ") }

  private static func coloured(_ line: String, _ mark: String) -> String {
    switch mark {
    case "+": Terminal.coloured(line, .green)
    case "-", "!": Terminal.coloured(line, .red)
    default: Terminal.coloured(line, .yellow)
    }
  }
}
