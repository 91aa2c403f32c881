import BuildEvents
import PostgresClient

extension HookMessage {
  /// What became of one pair.
  enum Paired: Hashable, Sendable {
    case event(EventStore.Receipt)
    case ignored(String)
    case unmapped(String, field: String?, delivery: Int64)

    /// For the record of the half.
    var words: String {
      switch self {
      case .event(let receipt): "event \(receipt.id)"
      case .ignored(let why): "ignored: \(why)"
      case .unmapped(let why, _, let delivery): "message \(delivery), unmapped: \(why)"
      }
    }
  }

  /// Keeps a half: its pairs become events, or messages that wait for a mapping.
  func pair(
    _ half: ImageHalf, _ settings: PairingSettings, _ files: ProducerFiles, _ session: borrowing PostgresSession
  ) throws -> Kept {
    var words: String
    var made: [Paired] = []
    switch try PairingStore.take(half, of: source, settings, session) {
    // What became of it then stands in its record.
    case .repeated: return .paired("\(half.words) came before and was paired then", [])
    case .outdated(let newer): words = "\(half.words) is older than \(newer.words), which is there"
    case .pairs(let pairs):
      for pair in pairs { made.append(try keep(pair, files, session)) }
      let others = half.kind == .image ? "hardware pack" : "image"
      words =
        made.isEmpty
        ? "\(half.words) waits for its other half: there is no \(others) it could be tested with yet"
        : "\(half.words) was paired: \(made.map(\.words).joined(separator: "; "))"
    }
    words = String(words.prefix(2000))
    _ = try note(session, half.name, state: "ignored", words, field: nil)
    _ = try session.execute(DeliverySQL.prune, [.text(source.producer), .text(source.name)])
    return .paired(words, made)
  }

  private func keep(
    _ pair: ImagePair, _ files: ProducerFiles, _ session: borrowing PostgresSession
  ) throws -> Paired {
    let payload = ProducerPayload(pair.message, contentType: "application/json")
    let message: HookMessage
    do throws(EventRefusal) {
      message = try HookMessage(payload, to: source, files, doorTerms, way: way)
    } catch {
      message = HookMessage(refused: error, payload, about: pair.pack.name, to: source, way: way)
    }
    switch try message.keep(files, session) {
    case .event(let receipt): return .event(receipt)
    case .ignored(let why), .paired(let why, _): return .ignored(why)
    case .unmapped(let why, let field, let delivery): return .unmapped(why, field: field, delivery: delivery)
    }
  }
}

extension HookMessage.Kept {
  /// In a few words, for records.
  var words: String {
    switch self {
    case .event(let receipt): "event \(receipt.id)"
    case .ignored: "ignored"
    case .unmapped(_, _, let delivery): "unmapped \(delivery)"
    case .paired(_, let made): "half of \(made.count) pairs"
    }
  }

  /// Whether there is something to decide.
  var isNew: Bool {
    switch self {
    case .event(.accepted): true
    case .paired(_, let made): made.contains { if case .event(.accepted) = $0 { true } else { false } }
    default: false
    }
  }
}
