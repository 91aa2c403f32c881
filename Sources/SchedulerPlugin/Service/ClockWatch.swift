/// Notices when somebody sets PostgreSQL's clock: between two looks it then went on by something else than the time that
/// went by here. Pure.
///
/// Clocks that are slewed, as NTP does it, and looks that take long are no jumps.
struct ClockWatch: Sendable {
  /// What one look saw.
  struct Look: Hashable, Sendable {
    /// PostgreSQL's clock, in microseconds since 2000.
    let server: Int64
    /// The highest number of an assignment.
    let newest: Int64
    /// The monotonic clock here, right after PostgreSQL answered.
    let here: ContinuousClock.Instant
  }

  /// The clock was set.
  struct Jump: Hashable, Sendable {
    /// By how much, negative when it was set back.
    let by: Duration
    /// How long ago the last look was: it happened since.
    let within: Duration
    /// The highest number of an assignment at the last look: up to here all have times of before.
    let newest: Int64
  }

  /// What is less than this is no jump.
  static let tolerance = Duration.seconds(60)

  private var last: Look?

  /// PostgreSQL's time at the last look, in microseconds since 2000; nil before the first. What lies before it has passed,
  /// however the clock is set since.
  var time: Int64? { last?.server }

  /// Takes a look; the jump since the last one, or nil.
  mutating func take(_ look: Look) -> Jump? {
    defer { last = look }
    guard let last else { return nil }
    let passed = last.here.duration(to: look.here)
    let by = Duration.microseconds(look.server - last.server) - passed
    guard by.magnitude >= Self.tolerance else { return nil }
    return Jump(by: by, within: passed, newest: last.newest)
  }
}

extension Duration {
  /// The same length, without its direction.
  fileprivate var magnitude: Duration { self < .zero ? .zero - self : self }
}
