import BuildEvents

/// What KernelCI's API says of nodes: live, and in its history.
enum KernelCIEvents {
  /// One event.
  struct Event: Hashable, Sendable {
    /// The node to fetch; nil for an event that announces no build.
    var node: String?
    /// When it was; nil where the message does not tell truly: an event that is delivered again has the time of now, and
    /// a new id. Those have no sequence number.
    var at: UTCInstant?
  }

  /// What `GET /listen/ID` answered.
  enum Heard: Hashable, Sendable {
    case event(Event)
    /// The keep-alive, or nothing.
    case nothing
    /// No message of the API.
    case nonsense(String)
  }

  /// Reads an answer of `GET /listen/ID`: the CloudEvent stands in it as text.
  static func heard(_ body: [UInt8], limits: Limits = .standard) -> Heard {
    guard let outer = try? JSONValue.parse(body, limits: limits) else { return .nonsense("no JSON") }
    if outer == .null { return .nothing }
    guard let text = outer["data"]?.stringValue else { return .nonsense("no data") }
    guard let envelope = try? JSONValue.parse(Array(text.utf8), limits: limits) else {
      return .nonsense("its data is no JSON")
    }
    // "BEEP" is all the data a keep-alive has.
    guard let data = envelope["data"], data.objectValue != nil else { return .nothing }
    let isLive = envelope["_sequence_id"].map { $0 != .null } ?? false
    let at = isLive ? envelope["time"]?.stringValue.flatMap { UTCInstant($0) } : nil
    return .event(Event(node: build(data), at: at))
  }

  /// Reads an answer of `GET /events`; nil for what is none.
  static func history(_ body: [UInt8]) -> [Event]? {
    // A thousand events of 2 kB.
    let limits = Limits(bytes: 16 << 20, members: 1 << 19)
    guard let events = try? JSONValue.parse(body, limits: limits), let elements = events.arrayValue else { return nil }
    return elements.map { element in
      Event(
        node: element["data"].flatMap(build),
        at: element["timestamp"]?.stringValue.flatMap { UTCInstant($0) })
    }
  }

  /// The node that became available with a pass. Every later update that leaves it so sends an event too; those are left
  /// out, and what comes twice all the same is known by the node.
  private static func build(_ data: JSONValue) -> String? {
    guard data["kind"] == "kbuild", data["state"] == "available", data["result"] == "pass" else { return nil }
    if data["previous_state"] == "available", data["previous_result"] == "pass" { return nil }
    guard let id = data["id"]?.stringValue, (1...64).contains(id.utf8.count),
      id.utf8.allSatisfy({ byte in
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x2D
      })
    else { return nil }
    return id
  }
}
