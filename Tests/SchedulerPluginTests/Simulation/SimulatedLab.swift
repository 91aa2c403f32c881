import BoardInventory
import BuildEvents
import Foundation
import Matcher
import TestRandom

@testable import SchedulerPlugin

/// A lab in memory, under a clock of its own: boards come and go, events arrive, LAVA runs what is queued. Deciding and
/// feeding are Boardcast's own code; what its SQL does with rows is done here with values.
struct SimulatedLab {
  struct Assignment {
    let id: Int64
    let event: Int64
    let rule: String
    let source: String
    let line: String
    let board: String
    let deviceType: String
    let priority: Int
    let expires: Date
    let limits: RuleLimits
    var state = AssignmentState.waiting
    var reason: Reason?
    var queuedAt: Date?
    /// How often another of the same priority or less was queued on its board while nothing stood in its own way.
    var passedOver = 0
  }

  var random: SeededRandom
  var now = Date(timeIntervalSince1970: 1_795_000_000)
  var boards: [String: Board] = [:]
  var assignments: [Int64: Assignment] = [:]
  var waiting: Set<Int64> = []
  var live: Set<Int64> = []
  var turns: [FeedFacts.Turn] = []
  var paused: [String: String] = [:]
  let rules: [any Rule]
  let templates: TemplateLibrary
  private var nextID: Int64 = 1
  private var nextEvent: Int64 = 1

  init(seed: UInt64, boards count: Int, rules: [any Rule], templates: TemplateLibrary) {
    random = SeededRandom(seed: seed)
    self.rules = rules
    self.templates = templates
    for number in 0..<count { add("b\(number)") }
  }

  var snapshot: LabSnapshot { Example.lab(boards.values.sorted { $0.hostname < $1.hostname }) }

  mutating func add(_ name: String, _ facts: Availability.Fact...) {
    var capable = Example.capable
    if Int.random(in: 0..<4, using: &random) == 0 {
      capable.architectures = Example.known(Architecture(normalizing: "arm64"))
    }
    let type = boards[name]?.deviceType ?? "t\(Int.random(in: 0..<12, using: &random))"
    boards[name] = Board(
      hostname: name, deviceType: type, capabilities: boards[name]?.capabilities ?? capable,
      availability: Availability(facts: facts))
  }

  /// An event as a door and the writer take it: decided at once, older work of its line superseded.
  mutating func arrive(_ changes: [String: JSONValue]) throws {
    let id = nextEvent
    nextEvent += 1
    let event = try Example.event(changes.merging(["build_id": .string("\(id)")]) { $1 })
    for decision in Decider(rules: rules, templates: templates, lab: snapshot).decide(event, id: id) {
      let limits = decision.plan.limits
      let line = limits.line(source: event.source, properties: event.properties)
      if limits.newerBuild == .supersede {
        for old in waiting where assignments[old]?.rule == decision.rule && assignments[old]?.line == line {
          move(old, to: .superseded)
        }
      }
      for planned in decision.assignments {
        assignments[nextID] = Assignment(
          id: nextID, event: id, rule: decision.rule, source: event.source, line: line, board: planned.board,
          deviceType: planned.deviceType, priority: decision.shapes[planned.shape].priority,
          expires: now + Double(planned.waitHours) * 3600, limits: limits)
        waiting.insert(nextID)
        nextID += 1
      }
    }
  }

  mutating func move(_ id: Int64, to state: AssignmentState) {
    guard let old = assignments[id]?.state else { return }
    precondition(old.next.contains(state), "\(old) became \(state)")
    assignments[id]?.state = state
    waiting.remove(id)
    if state == .queued { live.insert(id) }
    if state == .finished { live.remove(id) }
  }

  /// What feeding would read from our tables.
  func facts(window: Int) -> FeedFacts {
    struct Head: Hashable { let board, rule, line: String }
    let heads = Dictionary(grouping: waiting.compactMap { assignments[$0] }) {
      Head(board: $0.board, rule: $0.rule, line: $0.line)
    }.values.flatMap { $0.sorted { (-$0.priority, $0.id) < (-$1.priority, $1.id) }.prefix(window) }
    var facts = FeedFacts(turns: turns, paused: paused, now: now)
    let queued = assignments.values.filter { $0.queuedAt != nil }
    for item in heads {
      facts.waiting.append(
        .init(
          id: item.id, board: item.board, priority: item.priority, reason: item.reason, event: item.event,
          rule: item.rule, source: item.source, deviceType: item.deviceType))
      facts.limits[.init(event: item.event, rule: item.rule)] = item.limits
      if item.limits.oncePer != nil {
        facts.lastQueued[item.id] =
          queued.filter { $0.rule == item.rule && $0.line == item.line && $0.board == item.board }
          .compactMap(\.queuedAt).max()
      }
    }
    facts.live = live.compactMap { assignments[$0] }.map {
      .init(
        board: $0.board, deviceType: $0.deviceType, rule: $0.rule, source: $0.source,
        queued: $0.state == .queued ? 1 : 0, running: $0.state == .running ? 1 : 0)
    }
    return facts
  }

  /// LAVA gives queued jobs to idle boards, and some jobs end.
  mutating func schedule() {
    for id in live.sorted() {
      guard let item = assignments[id], let board = boards[item.board] else {
        // Somebody deleted the board in LAVA, and its job with it.
        if assignments[id]?.state == .queued || assignments[id]?.state == .running { move(id, to: .finished) }
        continue
      }
      if item.state == .queued, board.availability.kind == .ready {
        move(id, to: .running)
        add(item.board, .running)
      } else if item.state == .running, Int.random(in: 0..<3, using: &random) == 0 {
        move(id, to: .finished)
        if board.availability.facts == [.running] { add(item.board) }
      }
    }
  }
}
