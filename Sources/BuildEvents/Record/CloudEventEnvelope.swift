/// The context attributes of the CloudEvent (CloudEvents 1.0.2, section 3) that an event came in.
///
/// ``source`` and ``id`` together name the delivery: the same pair with other content is a producer's mistake.
public struct CloudEventEnvelope: Sendable, Hashable {
  /// The event's id, unique within ``source``.
  public internal(set) var id: String
  /// A URI reference naming who sent it; never empty.
  public internal(set) var source: String
  /// What happened, in the sender's reverse-DNS word.
  public internal(set) var type: String
  /// What it happened to.
  public internal(set) var subject: String?
  /// When it happened (RFC 3339), as given.
  public internal(set) var time: String?
  /// Every other attribute, by its lower-case name, `dataschema` and `datacontenttype` among them.
  public internal(set) var extensions: [String: JSONValue] = [:]
}
