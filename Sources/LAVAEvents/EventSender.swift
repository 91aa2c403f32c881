public import Logging
internal import Synchronization

/// Tells LAVA of jobs that are in its queue, as LAVA itself does when a job is submitted: its scheduler wakes at once.
///
/// Nothing that is given here makes anybody wait. `run()` passes it on; what the publisher does not take within
/// `patience` is lost, counted and told in the log at most once a minute. A lost event is a debt: the scheduler of
/// 2023.01 may never look at a job it was not told of while other events come, so whoever writes tells of all jobs in
/// the queue again when `takeDebt` says so.
public final class EventSender: Sendable {
  /// What was made of events so far.
  public struct Counts: Hashable, Sendable {
    /// Passed on to LAVA's publisher.
    public internal(set) var sent = 0
    /// Not passed on.
    public internal(set) var lost = 0
    /// Why the last one was lost; nil when the last one was sent.
    public internal(set) var problem: String?

    /// Counts as they are given.
    public init(sent: Int = 0, lost: Int = 0, problem: String? = nil) {
      self.sent = sent
      self.lost = lost
      self.problem = problem
    }
  }

  private struct State {
    var waiting: [TestJobEvent] = []
    var counts = Counts()
    /// At the start nobody knows what an earlier process failed to tell.
    var owes = true
    var hasOffset = false
    var lastPaid: ContinuousClock.Instant?
    var lastTold: ContinuousClock.Instant?
    var lostUntold = 0
  }

  /// Where events go.
  public let settings: EventSettings
  private let logger: Logger
  private let patience: Duration
  private let state = Mutex(State())
  private let wakes: AsyncStream<Void>
  private let wake: AsyncStream<Void>.Continuation

  /// The most events that may wait here; more than one transaction of the writer makes.
  static let most = 20_000
  private static let pause = Duration.milliseconds(5)
  private static let betweenPayments = Duration.seconds(20)
  private static let betweenWarnings = Duration.seconds(60)

  /// A sender; nothing is connected before `run()`.
  ///
  /// - Parameter patience: how long an event waits for a publisher that is away or slow.
  public init(settings: EventSettings, patience: Duration = .seconds(1), logger: Logger) {
    self.settings = settings
    self.patience = patience
    self.logger = logger
    (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// What was made of events so far.
  public var counts: Counts { state.withLock { $0.counts } }

  /// Gives events of jobs that are committed; returns at once.
  ///
  /// - Parameter offset: whether this LAVA's events say that their time is UTC (2026.07).
  public func send(_ events: [TestJobEvent], offset: Bool) {
    guard !events.isEmpty else { return }
    let kept = state.withLock { state in
      let room = max(0, Self.most - state.waiting.count)
      state.waiting += events.prefix(room)
      state.hasOffset = offset
      return min(room, events.count)
    }
    if kept < events.count { lose(events.count - kept, "\(Self.most) events wait for the publisher already") }
    wake.yield()
  }

  /// Whether all jobs in the queue should be told of again, because an event was lost or nobody knows; true at most
  /// every 20 s.
  public func takeDebt() -> Bool {
    state.withLock { state in
      let now = ContinuousClock.now
      guard state.owes, state.lastPaid.map({ now - $0 >= Self.betweenPayments }) ?? true else { return false }
      state.owes = false
      state.lastPaid = now
      return true
    }
  }

  /// Says that jobs could not be told of, as when they could not be read.
  public func owe() { state.withLock { $0.owes = true } }

  /// Ends `run()` after what is waiting.
  public func stop() { wake.finish() }

  /// Passes events on until `stop()` or the task's cancellation.
  public func run() async {
    let socket: PushSocket
    do {
      socket = try PushSocket(settings.socket)
    } catch {
      // An address that libzmq does not understand; LAVA's publisher does not start with it either.
      for await _ in wakes { lose(takeWaiting().count, "\(error)") }
      return
    }
    for await _ in wakes { await pass(on: socket) }
  }

  private func pass(on socket: PushSocket) async {
    var random = SystemRandomNumberGenerator()
    let (events, offset) = state.withLock { state in
      defer { state.waiting = [] }
      return (state.waiting, state.hasOffset)
    }
    var clock = WaitingTime(patience)
    for (place, event) in events.enumerated() {
      let frames = event.frames(
        topic: settings.topic, now: WallClock.microseconds(), offset: offset, random: &random)
      sending: while true {
        switch socket.send(frames) {
        case .sent:
          clock = WaitingTime(patience)
          sent()
          break sending
        case .full:
          if clock.isOver || Task.isCancelled {
            lose(events.count - place, settings.problem ?? "the publisher at \(settings.socket) takes nothing")
            return
          }
          try? await Task.sleep(for: Self.pause)
        case .failed(let reason):
          lose(1, reason)
          break sending
        }
      }
    }
  }

  private func takeWaiting() -> [TestJobEvent] {
    state.withLock { state in
      defer { state.waiting = [] }
      return state.waiting
    }
  }

  private func sent() {
    let recovered = state.withLock { state in
      defer { state.counts.problem = nil }
      state.counts.sent += 1
      return state.counts.problem != nil
    }
    if recovered { logger.info("LAVA's publisher takes events again", metadata: ["socket": "\(settings.socket)"]) }
  }

  private func lose(_ count: Int, _ problem: String) {
    guard count > 0 else { return }
    let told: Int? = state.withLock { state in
      state.counts.lost += count
      state.counts.problem = problem
      state.owes = true
      state.lostUntold += count
      let now = ContinuousClock.now
      guard state.lastTold.map({ now - $0 >= Self.betweenWarnings }) ?? true else { return nil }
      state.lastTold = now
      defer { state.lostUntold = 0 }
      return state.lostUntold
    }
    guard let told else { return }
    logger.warning(
      "LAVA was not told of new jobs; its scheduler finds them when it looks by itself",
      metadata: ["events": "\(told)", "reason": "\(problem)"])
  }
}

/// How long an event has waited, by a clock nobody can set.
private struct WaitingTime {
  private let end: ContinuousClock.Instant

  init(_ patience: Duration) { end = .now + patience }

  var isOver: Bool { ContinuousClock.now >= end }
}
