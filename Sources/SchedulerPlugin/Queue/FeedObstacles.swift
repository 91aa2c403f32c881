import BoardInventory
import Foundation
import Matcher

/// What keeps an assignment from being queued, counted on while a plan is made.
struct FeedObstacles {
  private struct Scoped: Hashable {
    let scope: RuleLimits.Scope
    let name: String
  }

  private let facts: FeedFacts
  private var queuedOn: [String: Int] = [:]
  private var queuedOfType: [String: Int] = [:]
  private var underWay: [Scoped: Int] = [:]

  init(_ facts: FeedFacts) {
    self.facts = facts
    for live in facts.live {
      queuedOn[live.board, default: 0] += live.queued
      queuedOfType[live.deviceType, default: 0] += live.queued
      for scope in RuleLimits.Scope.allCases {
        let name =
          switch scope {
          case .board: live.board
          case .deviceType: live.deviceType
          case .rule: live.rule
          case .source: live.source
          }
        underWay[Scoped(scope: scope, name: name), default: 0] += live.queued + live.running
      }
    }
  }

  /// Why LAVA's queue takes no more for a board or, where that has a limit, its device type; nil when there is room.
  func full(_ item: FeedFacts.Waiting, _ terms: SubmissionTerms) -> Reason? {
    let queued = queuedOn[item.board] ?? 0
    if queued >= terms.window {
      return Reason(.queueFull, "\(queued) of our jobs stand in LAVA's queue for it; the limit is \(terms.window)")
    }
    guard let typeWindow = terms.typeWindow, (queuedOfType[item.deviceType] ?? 0) >= typeWindow else { return nil }
    return Reason(
      .queueFull,
      "\(typeWindow) of our jobs stand in LAVA's queue for device type \(item.deviceType), the most there may be")
  }

  /// What stands against an assignment whatever else is queued; nil when nothing does.
  func own(_ item: FeedFacts.Waiting, _ availability: Availability?, shared: Set<String>) -> Reason? {
    guard let availability else { return Reason(.retired, "LAVA has no such board any more") }
    if availability.kind == .gone { return availability.facts.first.map(Reason.init) }
    if let refusal = facts.refusals[item.id] { return refusal }
    if availability.kind == .away { return availability.facts.first.map(Reason.init) }
    if item.route == .ownTag, shared.contains(item.board) {
      return Reason(.tagShared, "tag \(BoardTag.name(for: item.board)) is on another board too; take it off there")
    }
    if let why = facts.paused[""] { return Reason(.paused, "everything is paused: \(why)") }
    if let why = facts.paused[item.rule] { return Reason(.paused, "the rule is paused: \(why)") }
    guard let limits = facts.limits[item.decision] else { return nil }
    if !limits.windows.isEmpty, !limits.windows.contains(where: { $0.isOpen(at: facts.now) }) {
      let opens = limits.windows.compactMap { $0.opens(after: facts.now) }.min()
      return Reason(.window, "the rule queues nothing before \(opens.map(Self.text) ?? "its windows are mended")")
    }
    if let seconds = limits.oncePer, let last = facts.lastQueued[item.id] {
      let next = last.addingTimeInterval(Double(seconds))
      if next > facts.now {
        return Reason(.limit, "the rule tests a line of builds on a board once per period; again at \(Self.text(next))")
      }
    }
    return nil
  }

  /// A limit over several boards that is reached; nil when there is room.
  func limit(_ item: FeedFacts.Waiting) -> Reason? {
    guard let limits = facts.limits[item.decision] else { return nil }
    for scope in RuleLimits.Scope.allCases {
      guard let most = limits.atOnce[scope] else { continue }
      let name = Self.name(item, scope)
      guard (underWay[Scoped(scope: scope, name: name)] ?? 0) >= most else { continue }
      return Reason(.limit, "the rule allows \(most) of our jobs at once for \(Self.words(scope)) \(name)")
    }
    return nil
  }

  /// Counts an assignment as queued.
  mutating func count(_ item: FeedFacts.Waiting) {
    queuedOn[item.board, default: 0] += 1
    queuedOfType[item.deviceType, default: 0] += 1
    for scope in RuleLimits.Scope.allCases {
      underWay[Scoped(scope: scope, name: Self.name(item, scope)), default: 0] += 1
    }
  }

  private static func name(_ item: FeedFacts.Waiting, _ scope: RuleLimits.Scope) -> String {
    switch scope {
    case .board: item.board
    case .deviceType: item.deviceType
    case .rule: item.rule
    case .source: item.source
    }
  }

  private static func words(_ scope: RuleLimits.Scope) -> String {
    switch scope {
    case .board: "board"
    case .deviceType: "device type"
    case .rule: "rule"
    case .source: "source"
    }
  }

  private static func text(_ date: Date) -> String { date.formatted(.iso8601) }
}
