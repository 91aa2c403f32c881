/// Tells when another process's writer gives no sign of life: PostgreSQL's record of its session stays the same for too
/// long, by the clock here. Pure.
///
/// How old that record is by PostgreSQL's clock does not count: who sets that clock must not end a writer that works, or
/// keep one for a day that was stopped.
struct SilenceWatch: Sendable {
  /// What PostgreSQL says of a session that does nothing now.
  struct Sign: Hashable, Sendable {
    /// Its process.
    let process: Int
    /// When it last began or ended a statement, in microseconds since 2000.
    let changed: Int64
  }

  private var seen: (sign: Sign, since: ContinuousClock.Instant)?

  /// Takes what PostgreSQL says now, nil where nobody is silent; whether that has been the same for so long.
  mutating func isSilent(_ sign: Sign?, for silence: Duration, at now: ContinuousClock.Instant) -> Bool {
    guard let sign else {
      seen = nil
      return false
    }
    if seen?.sign != sign { seen = (sign, now) }
    return seen.map { $0.since.duration(to: now) >= silence } ?? false
  }
}
