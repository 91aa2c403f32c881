import PostgresClient

/// That somebody wants to be told when all is over for an event.
struct CallbackOrder: Hashable, Sendable {
  let url: OutboundURL
  /// Whether every job is told of too.
  let eachJob: Bool
  let signer: CallbackSigner
  /// Whether the lab's own file names the URL, which is then allowed by that.
  let isByLab: Bool

  /// Keeps it with its event, inside the event's transaction.
  func keep(event: Int64, _ session: borrowing PostgresSession) throws {
    _ = try session.execute(
      CallbackSQL.order,
      [
        .int8(event), .text(url.description), .text(url.host), .bool(eachJob), .text(signer.text), .bool(isByLab),
      ])
  }
}

/// Whose secret signs.
enum CallbackSigner: Hashable, Sendable {
  case source(producer: String, name: String)
  /// A LAVA user who sends plain records.
  case user(String)

  /// As it is stored.
  var text: String {
    switch self {
    case .source(let producer, let name): "source:\(producer)/\(name)"
    case .user(let name): "user:\(name)"
    }
  }

  /// Reads ``text``.
  init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return nil }
    if parts[0] == "user" {
      self = .user(parts[1])
      return
    }
    let names = parts[1].split(separator: "/", maxSplits: 1).map(String.init)
    guard parts[0] == "source", names.count == 2 else { return nil }
    self = .source(producer: names[0], name: names[1])
  }

  var words: String {
    switch self {
    case .source(let producer, let name): "the source \(producer)/\(name)"
    case .user(let name): "user '\(name)'"
    }
  }
}
