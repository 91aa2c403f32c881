import Foundation
import HeapModule

/// The order in which waiting assignments compete for what limits leave: the highest priority first; among equals the
/// source that was served longest ago on the device type, of its rules the one served longest ago there; of the rule's
/// boards the one where it was served longest ago; then the oldest.
struct FeedOrder {
  private struct Lane: Hashable {
    let priority: Int
    let deviceType: String
    let source: String
    let rule: String
  }

  private struct Place: Comparable {
    let key: (Int, Date, Date, Int64)
    let lane: Lane

    static func < (one: Self, other: Self) -> Bool { one.key < other.key }
    static func == (one: Self, other: Self) -> Bool { one.key == other.key }
  }

  /// The next one at the end.
  private var lanes: [Lane: [FeedFacts.Waiting]]
  private var places = Heap<Place>()

  init(_ items: [FeedFacts.Waiting], _ turns: FeedTurns) {
    lanes = Dictionary(grouping: items) {
      Lane(priority: $0.priority, deviceType: $0.deviceType, source: $0.source, rule: $0.rule)
    }.mapValues { items in
      items.map { (item: $0, key: (turns.when(.board($0.board), $0.source, $0.rule), $0.id)) }
        .sorted { $0.key > $1.key }.map(\.item)
    }
    places = Heap(lanes.keys.compactMap { place($0, turns) })
  }

  /// Takes the next one that is not done yet; nil when none is left.
  mutating func next(_ turns: FeedTurns, done: Set<Int64>) -> FeedFacts.Waiting? {
    while let first = places.popMin() {
      while let item = lanes[first.lane]?.last, done.contains(item.id) { lanes[first.lane]?.removeLast() }
      guard let now = place(first.lane, turns) else { continue }
      // Being served only ever moves a lane back, so a place that is still true is the first.
      if now.key.1 == first.key.1, now.key.2 == first.key.2 {
        let item = lanes[first.lane]?.popLast()
        if let next = place(first.lane, turns) { places.insert(next) }
        return item
      }
      places.insert(now)
    }
    return nil
  }

  private func place(_ lane: Lane, _ turns: FeedTurns) -> Place? {
    guard let first = lanes[lane]?.last else { return nil }
    let type = FeedFacts.Place.deviceType(lane.deviceType)
    return Place(
      key: (-lane.priority, turns.when(type, lane.source), turns.when(type, lane.source, lane.rule), first.id),
      lane: lane)
  }
}
