public import BuildEvents

/// An event as it is kept.
public struct StoredEvent: Hashable, Sendable {
  /// Its number, in order of arrival.
  public let id: Int64
  /// What it says.
  public let event: BuildEvent
  /// LAVA's id of the user who sent it.
  public let senderID: Int
  /// LAVA's name of that user when it came.
  public let senderName: String
  /// `accepted`, `decided`, or `kept` when nothing is to be scheduled.
  public let state: String
  /// When it came; RFC 3339, UTC.
  public let receivedAt: String
  /// When it was decided; RFC 3339, UTC.
  public let decidedAt: String?
  /// Why an accepted event is not decided yet; nil when nothing holds it up.
  public let hold: String?
  /// Which rules see it.
  let scope: EventScope
}
