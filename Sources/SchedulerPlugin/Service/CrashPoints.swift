/// The steps of an event's way at which a crash must lose nothing and double nothing. Tests die at each of them.
public struct CrashPoints: Sendable {
  /// A step that has just been reached.
  public enum Point: String, CaseIterable, Sendable {
    /// A request was read and decoded; nothing is on disk.
    case received
    /// The event is written, not committed.
    case kept
    /// The event is committed, the sender not answered.
    case committed
    /// The writer took the event for deciding; nothing is written.
    case decided
    /// Decision, shapes and assignments are written, not committed.
    case assigned
    /// LAVA's rows are written, not committed.
    case jobsCopied
    /// Everything is written, not committed.
    case written
    /// The decision and its jobs are committed.
    case queued
    /// What LAVA made of the jobs is committed: also which board took which job of a pool.
    case followed
    /// A pool is open and its boards carry its tag, committed; their jobs are not written.
    case joined
    /// The receiver of a callback has answered; nothing is noted.
    case told
    /// Boards that are not owed a job of a pool any more have lost its tag, committed; the pool is not closed.
    case left
  }

  private let act: @Sendable (Point) -> Void

  /// - Parameter act: what happens at each step.
  public init(_ act: @escaping @Sendable (Point) -> Void) { self.act = act }

  /// Nothing happens at any step.
  public static let none = CrashPoints { _ in }

  func reached(_ point: Point) { act(point) }
}
