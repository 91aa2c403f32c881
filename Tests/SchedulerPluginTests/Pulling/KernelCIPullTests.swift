import BuildEvents
import PostgresClient
import TestRandom
import Testing

@testable import SchedulerPlugin

/// Protects builds of KernelCI from being lost or fetched twice, whatever the API answers and whenever we die: a simulated
/// API without a network or a clock, and a disk that is all that survives.
@Suite("Following KernelCI's API")
struct KernelCIPullTests {
  private static let calm = Backoff(initial: .seconds(1), cap: .seconds(60), random: { 0.5 })

  private static func body(_ value: JSONValue) -> PullAnswer {
    .answer(status: 200, headers: [:], body: value.serialized, url: "")
  }
  private static func status(_ code: Int, _ headers: [String: String] = [:]) -> PullAnswer {
    .answer(status: code, headers: headers, body: [], url: "")
  }
  private static func data(_ node: String, _ changes: [String: JSONValue] = [:]) -> JSONValue {
    let all: [String: JSONValue] = [
      "id": .string(node), "kind": "kbuild", "state": "available", "result": "pass", "previous_state": "running",
    ]
    return .object(all.merging(changes) { _, new in new })
  }
  private static func live(_ data: JSONValue, at: UTCInstant, number: Int64? = 1) -> JSONValue {
    var envelope: [String: JSONValue] = ["time": .string(at.withoutZone + "Z"), "data": data]
    envelope["_sequence_id"] = number.map(JSONValue.int)
    return ["data": .string(JSONValue.object(envelope).canonical)]
  }

  private let begin = UTCInstant(milliseconds: 1_767_231_000_000)

  private func begun() -> KernelCIPull {
    KernelCIPull(cursor: .init(until: begin), known: [], isFirst: true, patience: Self.calm)
  }

  /// One that listens by subscription 1.
  private func listening() -> KernelCIPull {
    var pull = begun()
    _ = take(&pull, Self.body(["id": 1]))
    _ = take(&pull, Self.body([]))
    return pull
  }

  private func take(_ pull: inout KernelCIPull, _ answer: PullAnswer) -> KernelCIPull.Action {
    let action = pull.next()
    pull.took(answer, to: action, now: begin)
    return action
  }

  @Test("It subscribes, reads what was before, then listens; only what became available and passed is fetched")
  func order() {
    var pull = begun()
    #expect(take(&pull, Self.body(["id": 7])) == .subscribe)
    #expect(take(&pull, Self.body([])) == .history(from: begin, offset: 0))
    let uninteresting: [[String: JSONValue]] = [
      ["kind": "test"], ["state": "running"], ["state": "done"], ["result": "fail"], ["result": .null],
      ["previous_state": "available", "previous_result": "pass"], ["id": "../x"], ["id": 7],
    ]
    for changes in uninteresting {
      #expect(take(&pull, Self.body(Self.live(Self.data("a", changes), at: begin))) == .listen(7), "\(changes)")
    }
    #expect(take(&pull, Self.body(["data": #"{"data": "BEEP"}"#])) == .listen(7))
    #expect(take(&pull, Self.body(.null)) == .listen(7))
    // Available first and passed later is an edge too.
    let late: [String: JSONValue] = ["previous_state": "available", "previous_result": .null]
    #expect(take(&pull, Self.body(Self.live(Self.data("a", late), at: begin))) == .listen(7))
    #expect(take(&pull, Self.body(["id": "a"])) == .fetch("a"))
    let deliver = pull.next()
    guard case .deliver("a", _, let cursor) = deliver else { Issue.record("\(deliver)"); return }
    #expect(cursor.until == begin)
    // Until it is kept, nothing is acknowledged.
    #expect(pull.next() == deliver)
    pull.did(deliver)
    #expect(pull.next() == .listen(7))
  }

  @Test("The cursor follows live events; one that is delivered again says nothing of the time")
  func cursor() {
    var pull = listening()
    let later = UTCInstant(milliseconds: begin.milliseconds + 120_000)
    _ = take(&pull, Self.body(Self.live(Self.data("x", ["kind": "test"]), at: later, number: nil)))
    #expect(pull.next() == .listen(1) && pull.cursor.until == begin)
    _ = take(&pull, Self.body(Self.live(Self.data("x", ["kind": "test"]), at: later)))
    #expect(pull.next() == .save(.init(until: later)))
    pull.did(.save(.init(until: later)))
    #expect(pull.next() == .listen(1))
  }

  @Test("404 is a restart: it subscribes again at once and reads what it missed; refusals and outages wait")
  func restarts() {
    var pull = listening()
    #expect(take(&pull, Self.status(404)) == .listen(1))
    #expect(pull.trouble == nil)
    #expect(take(&pull, Self.body(["id": 2])) == .subscribe)
    #expect(take(&pull, Self.body([])) == .history(from: begin - .seconds(300), offset: 0))
    #expect(take(&pull, Self.status(401)) == .listen(2))
    guard case .wait(let pause) = pull.next() else { Issue.record("it does not wait"); return }
    #expect(pause >= .seconds(300) && pull.trouble?.contains("token") == true)
    pull = listening()
    #expect(take(&pull, Self.status(429, ["retry-after": "77"])) == .listen(1))
    #expect(pull.next() == .wait(.seconds(77)))
    // The answer that got lost may have been an event, which the next listen would acknowledge.
    #expect(take(&pull, Self.body([])) == .history(from: begin - .seconds(300), offset: 0))
    #expect(pull.trouble != nil)
    for _ in 0..<2 {
      #expect(take(&pull, .unanswered("no whole answer within 120 s")) == .listen(1))
      guard case .wait = pull.next() else { Issue.record("it does not wait"); return }
      if pull.next() == .subscribe { break }
      _ = take(&pull, Self.body([]))
    }
    #expect(take(&pull, Self.body(["id": 3])) == .subscribe)
    _ = take(&pull, Self.body([]))
    #expect(take(&pull, Self.body(.null)) == .listen(3) && pull.trouble == nil)
  }

  @Test("Whoever wants everything asks from the beginning of time, and not from before, also after a restart")
  func beginning() {
    let epoch = UTCInstant(milliseconds: 0)
    var pull = KernelCIPull(cursor: .init(until: epoch), known: [], isFirst: false, patience: Self.calm)
    _ = take(&pull, Self.body(["id": 1]))
    #expect(pull.next() == .history(from: epoch, offset: 0))
  }

  @Test("More than a thousand missed events are read page by page, also when all are of one moment")
  func pages() {
    for step in [Int64(1000), 0] {
      var pull = begun()
      _ = take(&pull, Self.body(["id": 1]))
      let all = (0..<2500).map { index -> JSONValue in
        let at = UTCInstant(milliseconds: begin.milliseconds + Int64(index) * step)
        return ["timestamp": .string(at.withoutZone), "data": Self.data("n\(index)")]
      }
      var kept: [String] = []
      var asked = 0
      loop: while true {
        let action = pull.next()
        switch action {
        case .history(let from, let offset):
          asked += 1
          let fitting = all.filter { UTCInstant($0["timestamp"]?.stringValue ?? "").map { $0 >= from } ?? false }
          pull.took(Self.body(.array(Array(fitting.dropFirst(offset).prefix(1000)))), to: action, now: begin)
        case .fetch(let node): pull.took(Self.body(["id": .string(node)]), to: action, now: begin)
        case .deliver(let node, _, _):
          kept.append(node)
          pull.did(action)
        default: break loop
        }
      }
      #expect(kept.count == 2500 && Set(kept).count == 2500, "step \(step): \(kept.count)")
      #expect(asked == 3, "step \(step)")
    }
  }

  @Test(
    "A history in no order of time is read whole, also when the process dies between any two of its pages",
    arguments: [false, true])
  func disorder(isNewestFirst: Bool) {
    var random = SeededRandom(seed: 5)
    let newestFirst = (0..<3500).reversed().map { index -> JSONValue in
      let at = UTCInstant(milliseconds: begin.milliseconds + Int64(index) * 1000)
      return ["timestamp": .string(at.withoutZone), "data": Self.data("n\(index)")]
    }
    let all = isNewestFirst ? newestFirst : newestFirst.shuffled(using: &random)
    let whole = UTCInstant(milliseconds: begin.milliseconds + 3_499_000)
    var (kept, cursor, deaths) = (Set<String>(), KernelCIPull.Cursor(until: begin), 0)
    var pull = begun()
    loop: for _ in 0..<20_000 {
      let action = pull.next()
      switch action {
      case .subscribe: pull.took(Self.body(["id": 1]), to: action, now: begin)
      case .history(let from, let offset):
        // Dies once before each page, with all of the pages before it kept.
        if offset > deaths * 1000 {
          deaths += 1
          #expect(cursor.until == begin)
          pull = KernelCIPull(cursor: cursor, known: kept, isFirst: false, patience: Self.calm)
          continue
        }
        let fitting = all.filter { UTCInstant($0["timestamp"]?.stringValue ?? "").map { $0 >= from } ?? false }
        pull.took(Self.body(.array(Array(fitting.dropFirst(offset).prefix(1000)))), to: action, now: begin)
      case .fetch(let node): pull.took(Self.body(["id": .string(node)]), to: action, now: begin)
      case .deliver(let node, _, let after):
        #expect(kept.insert(node).inserted)
        cursor = after
        pull.did(action)
      case .save(let after):
        cursor = after
        pull.did(action)
      default: break loop
      }
    }
    #expect(kept.count == 3500 && deaths == 3 && cursor.until == whole)
  }

  @Test("An API that knows no offset gives its page again: that ends the reading")
  func again() {
    var pull = begun()
    _ = take(&pull, Self.body(["id": 1]))
    let page = (0..<1000).map { index -> JSONValue in
      ["timestamp": .string(begin.withoutZone), "data": Self.data("n\(index)", ["kind": "test"])]
    }
    #expect(take(&pull, Self.body(.array(page))) == .history(from: begin, offset: 0))
    #expect(take(&pull, Self.body(.array(page))) == .history(from: begin, offset: 1000))
    #expect(pull.next() == .listen(1))
  }

  @Test(
    "A node that cannot be fetched gives way, is owed across restarts, and is fetched in the end; a gone one is noted")
  func owed() {
    var pull = listening()
    _ = take(&pull, Self.body(Self.live(Self.data("bad"), at: begin)))
    for _ in 0..<KernelCIPull.attempts {
      #expect(take(&pull, Self.status(500)) == .fetch("bad"))
      guard case .wait = pull.next() else { Issue.record("it does not wait"); return }
    }
    let save = pull.next()
    guard case .save(let cursor) = save else { Issue.record("\(save)"); return }
    #expect(cursor.owed == ["bad"])
    pull.did(save)
    #expect(KernelCIPull.Cursor(cursor.json) == cursor)
    // Another process goes on from what was kept.
    pull = KernelCIPull(cursor: cursor, known: [], isFirst: false, patience: Self.calm)
    _ = take(&pull, Self.body(["id": 2]))
    _ = take(&pull, Self.body([]))
    #expect(take(&pull, Self.body(["data": #"{"data": "BEEP"}"#])) == .listen(2))
    #expect(take(&pull, Self.body(["id": "bad"])) == .fetch("bad"))
    guard case .deliver("bad", _, let after) = pull.next() else { Issue.record("not delivered"); return }
    #expect(after.owed.isEmpty)
    pull.did(pull.next())
    _ = take(&pull, Self.body(Self.live(Self.data("gone"), at: begin)))
    #expect(take(&pull, Self.status(404)) == .fetch("gone"))
    guard case .drop("gone", _, _) = pull.next() else { Issue.record("not dropped"); return }
  }

  /// What survives: the disk's cursor and nodes, and the API's events and acknowledgements.
  private struct World {
    var random: SeededRandom
    var clock: Int64 = 1_767_231_000_000
    var events: [(node: String, at: UTCInstant)] = []
    var cursor: KernelCIPull.Cursor
    var kept: [String: Int] = [:]
    var acknowledged = 0
    var delivered: Int?
    var pending: [Int] = []
    var isSubscribed = false
    var now: UTCInstant { UTCInstant(milliseconds: clock) }

    mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

    mutating func answer(_ action: KernelCIPull.Action) -> PullAnswer {
      if chance(8) {
        return [
          .unanswered("reset"), KernelCIPullTests.status(500), KernelCIPullTests.status(502, ["retry-after": "5"]),
          KernelCIPullTests.body("nonsense"), KernelCIPullTests.body([:]),
        ]
        .randomElement(using: &random) ?? .unanswered("")
      }
      switch action {
      case .subscribe:
        // Its own catch-up ends early.
        pending = Array((acknowledged..<events.count).prefix(5))
        (isSubscribed, delivered) = (true, nil)
        return KernelCIPullTests.body(["id": 1])
      case .listen:
        guard isSubscribed else { return KernelCIPullTests.status(404) }
        if let delivered { acknowledged = delivered + 1 }
        guard !pending.isEmpty else { return KernelCIPullTests.body(["data": #"{"data": "BEEP"}"#]) }
        let index = pending.removeFirst()
        delivered = index
        // It counts as delivered, and the answer gets lost.
        if chance(8) { return .unanswered("reset") }
        let event = events[index]
        // Delivered again it has no number, and the time of now.
        let isAgain = chance(2)
        return KernelCIPullTests.body(
          KernelCIPullTests.live(
            KernelCIPullTests.data(event.node), at: isAgain ? now : event.at, number: isAgain ? nil : Int64(index)))
      case .history(let from, let offset):
        let fitting = events.filter { $0.at >= from }.dropFirst(offset).prefix(1000)
        return KernelCIPullTests.body(
          .array(fitting.map { ["timestamp": .string($0.at.withoutZone), "data": KernelCIPullTests.data($0.node)] }))
      case .fetch(let node): return KernelCIPullTests.body(["id": .string(node)])
      case .deliver, .drop, .save, .wait: return .unanswered("")
      }
    }
  }

  @Test("Whatever fails, restarts and dies: every build once", arguments: 1...60 as ClosedRange<UInt64>)
  func simulation(_ seed: UInt64) {
    let begin = begin
    var world = World(random: SeededRandom(seed: seed), cursor: .init(until: begin))
    var pull = KernelCIPull(cursor: world.cursor, known: [], isFirst: true, patience: Self.calm)
    var quiet = 0
    for step in 0..<6000 {
      world.clock += 50
      if step < 3000, world.chance(20) {
        let node = "n\(world.events.count)"
        world.events.append((node, world.now))
        if world.isSubscribed { world.pending.append(world.events.count - 1) }
      }
      if step < 3000, world.chance(150) { (world.isSubscribed, world.pending, world.delivered) = (false, [], nil) }
      if step < 3000, world.chance(100) {
        pull = KernelCIPull(
          cursor: world.cursor, known: Set(world.kept.keys), isFirst: false, patience: Self.calm)
      }
      let action = pull.next()
      switch action {
      case .deliver(let node, _, let cursor):
        // In one transaction, after which it may die before it knows.
        if world.kept[node] == nil { world.kept[node] = 0 }
        world.kept[node, default: 0] += 1
        world.cursor = cursor
        if world.chance(10) {
          pull = KernelCIPull(
            cursor: world.cursor, known: Set(world.kept.keys), isFirst: false, patience: Self.calm)
        } else {
          pull.did(action)
        }
      case .save(let cursor), .drop(_, _, let cursor):
        world.cursor = cursor
        pull.did(action)
      case .wait(let pause):
        world.clock += Int64(pause / .milliseconds(1))
        pull.did(action)
      default: pull.took(world.answer(action), to: action, now: world.now)
      }
      quiet = world.kept.count == world.events.count ? quiet + 1 : 0
      if step > 3500, quiet > 300 { break }
    }
    let missing = world.events.map(\.node).filter { world.kept[$0] == nil }
    #expect(missing.isEmpty, "seed \(seed): \(missing.prefix(5)) of \(world.events.count)")
    #expect(world.kept.values.allSatisfy { $0 == 1 }, "seed \(seed)")
    #expect(world.events.count > 50)
  }
}
