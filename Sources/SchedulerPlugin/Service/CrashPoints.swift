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
  }

  private let act: @Sendable (Point) -> Void

  /// - Parameter act: what happens at each step.
  public init(_ act: @escaping @Sendable (Point) -> Void) { self.act = act }

  /// Nothing happens at any step.
  public static let none = CrashPoints { _ in }

  func reached(_ point: Point) { act(point) }
}
