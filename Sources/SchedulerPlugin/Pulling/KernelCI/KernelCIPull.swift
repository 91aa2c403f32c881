import BuildEvents
import PostgresClient

/// Follows KernelCI's API, which sends nothing by itself: what to ask next, and what an answer means. Pure: whoever holds
/// it asks, keeps and waits.
///
/// It subscribes durably, reads the history since its cursor, and only then listens: the next `listen` acknowledges the
/// event before, so it listens on only when that is kept. Subscriptions end with the API's process (404) and its own
/// catch-up ends at 1,000 events, therefore the history is read after every subscription.
struct KernelCIPull: Sendable {
  /// How far it came: kept with every build.
  struct Cursor: Hashable, Sendable {
    /// Everything up to here is kept.
    var until: UTCInstant
    /// Nodes whose build was announced and that could not be fetched yet.
    var owed: [String] = []
  }

  enum Action: Hashable, Sendable {
    case subscribe
    case listen(Int)
    case history(from: UTCInstant, offset: Int)
    case fetch(String)
    /// Keep the node as a build, with the cursor.
    case deliver(String, [UInt8], Cursor)
    /// The node is gone: note that, with the cursor.
    case drop(String, because: String, Cursor)
    /// Keep the cursor.
    case save(Cursor)
    case wait(Duration)
  }

  /// How much of the history comes in one answer: the API gives no more.
  static let page = 1000
  /// Events are stored a moment after they are made, and clocks differ.
  static let overlap = Duration.seconds(300)
  /// So often a node is asked for before the others go on.
  static let attempts = 5

  let patience: Backoff
  private(set) var cursor: Cursor
  /// Why it does not get on; nil while it does.
  private(set) var trouble: String?

  private enum Stage { case subscribe, history(KernelCIHistory), listen }
  private var stage = Stage.subscribe
  private var overlap: Duration
  private var subscription = 0
  private var queue: [String] = []
  /// Where the cursor goes once the queue is empty.
  private var reached: UTCInstant?
  private var fetched: (node: String, body: [UInt8])?
  private var gone: (node: String, why: String)?
  private var failures = 0
  /// How many times in a row listening brought nothing.
  private var unheard = 0
  private var attempt = 0
  private var pause: Duration?
  private var saved: Cursor
  private var known: Set<String>
  private var isIdle = false

  /// - Parameters:
  ///   - cursor: what was kept last, or where to begin.
  ///   - known: nodes that are kept already.
  ///   - isFirst: whether nothing was read before: then what was before the cursor does not count.
  init(cursor: Cursor, known: Set<String>, isFirst: Bool, patience: Backoff) {
    self.cursor = cursor
    self.known = known
    overlap = isFirst ? .zero : Self.overlap
    self.patience = patience
    saved = cursor
  }

  /// What to do now.
  mutating func next() -> Action {
    if let pause {
      self.pause = nil
      return .wait(pause)
    }
    if let fetched { return .deliver(fetched.node, fetched.body, after(fetched.node)) }
    if let gone { return .drop(gone.node, because: gone.why, after(gone.node)) }
    if let node = queue.first { return .fetch(node) }
    switch stage {
    case .subscribe: return .subscribe
    case .history(let history): return .history(from: history.from, offset: history.offset)
    case .listen:
      if isIdle, cursor.owed.isEmpty == false, let node = cursor.owed.first {
        isIdle = false
        queue = [node]
        return .fetch(node)
      }
      // Kept with every build; without builds a minute's worth is all that is read again.
      let isBehind = cursor.until.milliseconds - saved.until.milliseconds > 60_000
      return isBehind || cursor.owed != saved.owed ? .save(cursor) : .listen(subscription)
    }
  }

  /// What was to be kept is kept, or the time is over.
  mutating func did(_ action: Action) {
    switch action {
    case .deliver(let node, _, let cursor), .drop(let node, _, let cursor):
      known.insert(node)
      settle(node)
      (self.cursor, saved, fetched, gone, attempt) = (cursor, cursor, nil, nil, 0)
      if queue.isEmpty { reached = nil }
      progress()
    case .save(let cursor): saved = cursor
    default: break
    }
  }

  /// What the API answered.
  mutating func took(_ answer: PullAnswer, to action: Action, now: UTCInstant) {
    guard case .answer(let status, _, let body, _) = answer, status == 200 else {
      failed(answer, action, now)
      return
    }
    switch action {
    case .subscribe: subscribed(body)
    case .history: read(body)
    case .listen: heard(body)
    case .fetch(let node):
      guard let document = try? JSONValue.parse(body), document.objectValue != nil else {
        failed(.unanswered("the node \(node) is no JSON object"), action, now)
        return
      }
      fetched = (node, body)
    case .deliver, .drop, .save, .wait: break
    }
  }

  private func after(_ node: String) -> Cursor {
    var cursor = cursor
    cursor.owed.removeAll { $0 == node }
    if queue.allSatisfy({ $0 == node }), let reached { cursor.until = max(cursor.until, reached) }
    return cursor
  }

  private mutating func settle(_ node: String) { queue.removeAll { $0 == node } }

  private mutating func progress() {
    failures = 0
    trouble = nil
  }

  /// From when on the history is read; no API knows of times before its time.
  private var begin: UTCInstant { max(UTCInstant(milliseconds: 0), cursor.until - overlap) }

  private mutating func subscribed(_ body: [UInt8]) {
    guard case .int(let number)? = (try? JSONValue.parse(body))?["id"], let id = Int(exactly: number) else {
      fail("the API's answer to a subscription has no id")
      return
    }
    subscription = id
    stage = .history(KernelCIHistory(from: begin))
    overlap = Self.overlap
  }

  private mutating func read(_ body: [UInt8]) {
    guard case .history(var history) = stage else { return }
    guard let events = KernelCIEvents.history(body) else {
      fail("the API's history is no list of events")
      return
    }
    take(events.compactMap(\.node))
    let told = history.read(events)
    if let instant = told.reached { reached = max(reached ?? cursor.until, instant) }
    stage = told.isOver ? .listen : .history(history)
    // That the history can be read says nothing of listening.
    if unheard == 0 { progress() }
    finishIfDone()
  }

  private mutating func heard(_ body: [UInt8]) {
    switch KernelCIEvents.heard(body) {
    case .nothing: isIdle = true
    case .nonsense(let why):
      heardNothing(because: "the API's event cannot be read: \(why)")
      return
    case .event(let event):
      take(event.node.map { [$0] } ?? [])
      if let at = event.at { reached = max(reached ?? cursor.until, at) }
    }
    unheard = 0
    progress()
    finishIfDone()
  }

  /// An answer that got lost may have been an event, and the next `listen` would acknowledge it: the history is read first.
  private mutating func heardNothing(because why: String, rest: Duration? = nil) {
    unheard += 1
    failures = max(failures, unheard - 1)
    fail(why, rest: rest)
    stage = unheard > 2 ? .subscribe : .history(KernelCIHistory(from: begin))
  }

  private mutating func take(_ nodes: [String]) {
    for node in nodes where !known.contains(node) && !queue.contains(node) { queue.append(node) }
  }

  private mutating func finishIfDone() {
    guard queue.isEmpty, let reached else { return }
    cursor.until = max(cursor.until, reached)
    self.reached = nil
  }

  private mutating func failed(_ answer: PullAnswer, _ action: Action, _ now: UTCInstant) {
    let rest = answer.wantsRest(now: now)
    switch (answer, action) {
    case (.answer(401, _, _, _), let action), (.answer(403, _, _, _), let action):
      if case .listen = action { stage = .subscribe }
      fail("the API refuses the token, or what it may do", rest: max(rest ?? .zero, .seconds(300)))
    case (.answer(404, _, _, _), .listen):
      // The API was restarted. Twice in a row it is something else.
      stage = .subscribe
      unheard += 1
      if unheard > 1 { fail("the API forgets its subscriptions at once", rest: rest) }
    case (.answer(404, _, _, _), .fetch(let node)), (.answer(410, _, _, _), .fetch(let node)):
      gone = (node, "the API has no such node any more")
    case (_, .fetch(let node)):
      attempt += 1
      fail("the node \(node) cannot be fetched: \(Self.words(answer))", rest: rest)
      putAside(node)
    case (_, .listen):
      heardNothing(because: "the API cannot be listened to: \(Self.words(answer))", rest: rest)
    case (_, .subscribe):
      fail("the API gives no subscription: \(Self.words(answer))", rest: rest)
    default: fail("the API's history cannot be read: \(Self.words(answer))", rest: rest)
    }
  }

  /// A node that cannot be fetched gives way to the others and is owed, kept with the cursor. One that was owed already is
  /// asked for once at a time; when too many are owed nothing goes on, for nothing may be lost.
  private mutating func putAside(_ node: String) {
    let wasOwed = cursor.owed.contains(node)
    guard wasOwed || attempt >= Self.attempts, wasOwed || cursor.owed.count < Self.page else { return }
    attempt = 0
    settle(node)
    cursor.owed.removeAll { $0 == node }
    cursor.owed.append(node)
    finishIfDone()
  }

  private mutating func fail(_ why: String, rest: Duration? = nil) {
    failures += 1
    trouble = why
    pause = max(patience.pause(afterFailures: failures), rest ?? .zero)
  }

  private static func words(_ answer: PullAnswer) -> String {
    switch answer {
    case .answer(let status, _, _, _): "HTTP \(status)"
    case .unanswered(let why): why
    }
  }
}
