public import BuildEvents

extension StoredEvent {
  /// What is shown of an event; image headers, which may be secrets, are not.
  public var json: JSONValue {
    var members: [String: JSONValue] = [
      "id": .int(id), "state": .string(state), "received_at": .string(receivedAt), "sender": .string(senderName),
      "record": event.publicRecord,
    ]
    if let decidedAt { members["decided_at"] = .string(decidedAt) }
    if let hold { members["hold"] = .string(hold) }
    return .object(members)
  }
}
