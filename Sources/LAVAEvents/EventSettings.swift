/// What LAVA's settings say of its events (`EVENT_NOTIFICATION`, `EVENT_TOPIC`, `INTERNAL_EVENT_SOCKET`;
/// lava_server/settings/common.py).
public struct EventSettings: Hashable, Sendable {
  /// Whether LAVA sends events at all; off in a fresh LAVA.
  public var isOn: Bool
  /// The words before the kind of event in an event's topic.
  public var topic: String
  /// Where lava-publisher takes events in, as a ZeroMQ address.
  public var socket: String

  /// LAVA's own defaults unless told.
  public init(isOn: Bool = false, topic: String = "org.lavasoftware", socket: String = "ipc:///tmp/lava.events") {
    self.isOn = isOn
    self.topic = topic
    self.socket = socket
  }

  /// Why nobody can be reached at the socket, with the mend; nil when somebody listens, or when that cannot be seen
  /// from here.
  public var problem: String? { SocketProbe.problem(socket) }
}
