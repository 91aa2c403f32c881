import Foundation

/// Whose turn it is: which source, and which of its rules, was served longest ago on a board or a device type.
///
/// Whoever waits keeps its time while all others that are served get newer ones, so it comes to the front.
struct FeedTurns {
  private struct Key: Hashable {
    let place: FeedFacts.Place
    let source: String
    /// Nil for all rules of the source.
    let rule: String?
  }

  private var served: [Key: Date] = [:]
  private var now: Date

  init(_ facts: FeedFacts) {
    now = facts.now
    for turn in facts.turns { note(turn.place, turn.source, turn.rule, turn.served) }
  }

  /// Whether one assignment of a board goes before another of the same board.
  func comes(_ one: FeedFacts.Waiting, before other: FeedFacts.Waiting) -> Bool {
    func key(_ item: FeedFacts.Waiting) -> (Int, Date, Date, Int64) {
      let place = FeedFacts.Place.board(item.board)
      return (-item.priority, when(place, item.source), when(place, item.source, item.rule), item.id)
    }
    return key(one) < key(other)
  }

  /// When a source, or one of its rules, was last served.
  func when(_ place: FeedFacts.Place, _ source: String, _ rule: String? = nil) -> Date {
    served[Key(place: place, source: source, rule: rule)] ?? .distantPast
  }

  /// The assignment is queued: its source and rule go to the end of the line.
  mutating func serve(_ item: FeedFacts.Waiting) {
    // Later than all that was before, so that turns within one plan count too.
    now += 0.001
    note(.board(item.board), item.source, item.rule, now)
    note(.deviceType(item.deviceType), item.source, item.rule, now)
  }

  private mutating func note(_ place: FeedFacts.Place, _ source: String, _ rule: String, _ date: Date) {
    for rule in [rule, nil] {
      let key = Key(place: place, source: source, rule: rule)
      served[key] = max(served[key] ?? .distantPast, date)
    }
  }
}
