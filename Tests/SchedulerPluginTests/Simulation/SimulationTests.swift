import BuildEvents
import Foundation
import Matcher
import TestRandom
import Testing

@testable import SchedulerPlugin

/// Protects the whole of deciding and feeding under months of a lab's life: after every step nothing is lost or doubled,
/// no limit is exceeded, no job is on a board that does not match, nobody starves, and every wait has a true reason.
@Suite("Months in a lab")
struct SimulationTests {
  private static let rules = """
    rule: every
    when: {image_family: nano}
    how: {template: t}
    limits: {wait_hours: 48}
    ---
    rule: few
    when: {source: {glob: 'ci-*'}}
    where: {target: {any: 5}}
    how: {template: t, priority: 80}
    limits: {at_once: {rule: 20, device_type: 2}}
    ---
    rule: nightly
    when: {branch: main}
    where: {target: each_device_type, exclude: {boards: '*7'}}
    how: {template: t}
    limits:
      once_per: {hours: 12}
      newer_build: supersede
      zone: Europe/Berlin
      windows: [{from: '20:00', to: '06:00'}]
    ---
    rule: modest
    when: {source: {not: ci-0}}
    how: {template: t}
    limits: {at_once: {source: 30, board: 1}, newer_build: supersede, boards_away: skip}
    """

  @Test("Invariants hold after every step", arguments: 1...6)
  func months(seed: Int) throws {
    var lab = SimulatedLab(
      seed: UInt64(seed), boards: 150,
      rules: try Self.rules.components(separatedBy: "---\n").map(Example.rule),
      templates: try Example.templates(["t": Example.job()]))
    let steps = Int(ProcessInfo.processInfo.environment["BOARDCAST_SIMULATION"] ?? "") ?? 80
    var queued = 0
    for step in 0..<steps {
      try change(&lab)
      lab.schedule()
      let window = 1 + seed % 2
      queued += feed(&lab, window: window, "seed \(seed), step \(step)")
      lab.now += Double.random(in: 1...7200, using: &lab.random)
    }
    #expect(queued > steps)
    // Nothing is lost: when all boards are well and nothing new comes, everything ends.
    lab.paused = [:]
    for name in lab.boards.keys.sorted() { lab.add(name) }
    for _ in 0..<2_000 where !lab.waiting.isEmpty || !lab.live.isEmpty {
      lab.schedule()
      _ = feed(&lab, window: 2, "seed \(seed), end")
      lab.now += 600
    }
    #expect(lab.waiting.isEmpty && lab.live.isEmpty)
  }

  /// One of the things that happen in a lab.
  private func change(_ lab: inout SimulatedLab) throws {
    let name = "b\(Int.random(in: 0..<160, using: &lab.random))"
    switch Int.random(in: 0..<12, using: &lab.random) {
    case 0...2:
      try lab.arrive([
        "source": .string("ci-\(Int.random(in: 0..<4, using: &lab.random))"),
        "properties": ["branch": .string(["main", "next"].randomElement(using: &lab.random) ?? "main")],
      ])
    case 3, 4: lab.add(name, .maintenance)
    case 5: lab.add(name, .workerOffline(worker: "w"))
    case 6: lab.add(name, .retired)
    case 7: lab.boards[name] = nil
    case 8:
      lab.paused = lab.paused.isEmpty ? [["", "every", "few"].randomElement(using: &lab.random) ?? "": "test"] : [:]
    default:
      let isBusy = lab.live.contains { lab.assignments[$0]?.board == name && lab.assignments[$0]?.state == .running }
      if isBusy { lab.add(name, .running) } else { lab.add(name) }
    }
  }

  /// One round of feeding, with all that must be true of it. Returns how many jobs it queued.
  private func feed(_ lab: inout SimulatedLab, window: Int, _ place: String) -> Int {
    for id in lab.waiting where (lab.assignments[id]?.expires ?? lab.now) <= lab.now { lab.move(id, to: .expired) }
    let facts = lab.facts(window: window)
    let plan = FeedPlan(facts, lab: lab.snapshot, terms: Example.terms { $0.window = window }, limit: 10_000)
    #expect(Set(plan.queue).count == plan.queue.count, "\(place): doubled")
    #expect(Set(plan.queue).isDisjoint(with: plan.refused.keys), "\(place)")
    let heads = Dictionary(uniqueKeysWithValues: facts.waiting.map { ($0.id, $0) })
    for (id, reason) in plan.reasons { lab.assignments[id]?.reason = reason }
    for (id, reason) in plan.refused {
      let board = heads[id].flatMap { lab.boards[$0.board] }
      #expect(board == nil || board?.availability.kind == .gone, "\(place): \(reason)")
      lab.move(id, to: .refused)
    }
    for id in plan.queue {
      guard let item = lab.assignments[id], let board = lab.boards[item.board] else {
        Issue.record("\(place): queued for a board that is not there")
        continue
      }
      #expect(board.capabilities == Example.capable, "\(place): \(board.hostname) cannot run it")
      #expect([.ready, .busy].contains(board.availability.kind), "\(place): \(board.hostname) is away")
      for other in facts.waiting where other.board == item.board && other.id != id && other.priority >= item.priority {
        if !plan.queue.contains(other.id), isFree(other, plan, lab) { lab.assignments[other.id]?.passedOver += 1 }
      }
      lab.move(id, to: .queued)
      lab.assignments[id]?.queuedAt = lab.now
      for turn in [FeedFacts.Place.board(item.board), .deviceType(item.deviceType)] {
        lab.turns.removeAll { $0.place == turn && $0.source == item.source && $0.rule == item.rule }
        lab.turns.append(.init(place: turn, source: item.source, rule: item.rule, served: lab.now))
      }
    }
    checkLimits(lab, window, Set(plan.queue), place)
    checkReasons(lab, facts, plan, place)
    return plan.queue.count
  }

  /// Whether only others of the same board keep it waiting.
  private func isFree(_ item: FeedFacts.Waiting, _ plan: FeedPlan, _ lab: SimulatedLab) -> Bool {
    (plan.reasons[item.id] ?? lab.assignments[item.id]?.reason)?.code == .queueFull
  }

  private func checkLimits(_ lab: SimulatedLab, _ window: Int, _ new: Set<Int64>, _ place: String) {
    let live = lab.live.compactMap { lab.assignments[$0] }
    let onBoard = Dictionary(grouping: live.filter { $0.state == .queued }, by: \.board)
    for (board, items) in onBoard { #expect(items.count <= window, "\(place): \(board) has \(items.count) queued") }
    for item in new.compactMap({ lab.assignments[$0] }) {
      for (scope, most) in item.limits.atOnce {
        let count = live.filter { other in
          switch scope {
          case .board: other.board == item.board
          case .deviceType: other.deviceType == item.deviceType
          case .rule: other.rule == item.rule
          case .source: other.source == item.source
          }
        }.count
        // Rules without the limit may go on after the limited one was queued.
        let later = new.compactMap { lab.assignments[$0] }.filter { $0.limits.atOnce[scope] == nil }.count
        #expect(count <= most + later, "\(place): \(scope) \(count) > \(most)")
      }
      if let windows = Optional(item.limits.windows), !windows.isEmpty {
        #expect(windows.contains { $0.isOpen(at: lab.now) }, "\(place): the window is closed")
      }
      if let period = item.limits.oncePer {
        let twin = lab.assignments.values.first {
          $0.id != item.id && $0.rule == item.rule && $0.line == item.line && $0.board == item.board
            && ($0.queuedAt ?? .distantPast) > lab.now - Double(period)
        }
        #expect(twin == nil, "\(place): twice within the period")
      }
      #expect(item.passedOver <= 40, "\(place): \(item.source) \(item.rule) was passed over \(item.passedOver) times")
    }
  }

  private func checkReasons(_ lab: SimulatedLab, _ facts: FeedFacts, _ plan: FeedPlan, _ place: String) {
    for item in facts.waiting where lab.assignments[item.id]?.state == .waiting {
      guard let reason = lab.assignments[item.id]?.reason else {
        Issue.record("\(place): \(item.id) waits for no reason")
        continue
      }
      let board = lab.boards[item.board]
      let isTrue =
        switch reason.code {
        case .paused: facts.paused[""] != nil || facts.paused[item.rule] != nil
        case .window:
          !(lab.assignments[item.id]?.limits.windows.contains { $0.isOpen(at: lab.now) } ?? true)
        case .queueFull: lab.live.contains { lab.assignments[$0]?.board == item.board }
        case .limit: lab.assignments[item.id]?.limits != RuleLimits()
        default: board?.availability.facts.map(Reason.init).contains(reason) ?? false
        }
      #expect(isTrue, "\(place): \(item.id) on \(item.board) says \(reason)")
      #expect(reason.waitingHelps, "\(place): \(reason)")
    }
  }
}
