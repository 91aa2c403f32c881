import BuildEvents
import PostgresClient

/// One message to one source: what it turned out to be, and how that is kept. The door, a retry and a check all go this
/// way.
struct HookMessage: Sendable {
  let source: ProducerSource
  let payload: ProducerPayload
  let reading: Reading
  /// What the source's limits and callback say of the event.
  let terms: EventTerms
  /// What messages are held to that come of this one: those of its pairs.
  let doorTerms: DoorTerms
  /// How it came: `hooks`, `pull` or `watch`.
  let way: String

  /// What the adapter and the mapping made of it.
  enum Reading: Hashable, Sendable {
    case event(BuildEvent)
    /// Half of what a board boots, which is tested with the other half.
    case half(ImageHalf, PairingSettings)
    case ignored(subject: String, because: String)
    case unmapped(subject: String, because: String, field: String?)
  }

  /// What became of it on disk.
  enum Kept: Hashable, Sendable {
    case event(EventStore.Receipt)
    case ignored(String)
    case unmapped(String, field: String?, delivery: Int64)
    /// A half, in words, and what became of each of its pairs.
    case paired(String, [Paired])
  }

  /// Reads a message whose sender was proven.
  ///
  /// - Parameter terms: where callbacks may go that the message asks for; nowhere unless told.
  /// - Throws: the adapter's refusal, and `notAllowed` for a callback that the lab does not let the message ask for.
  init(
    _ payload: ProducerPayload, to source: ProducerSource, _ files: ProducerFiles, _ terms: DoorTerms = DoorTerms(),
    way: String = "hooks"
  ) throws(EventRefusal) {
    guard let adapter = Producers.named(source.producer) else {
      throw EventRefusal(.unsupported, "there is no producer \(source.producer)")
    }
    self.source = source
    self.way = way
    self.doorTerms = terms
    self.payload = payload.kept(for: adapter)
    var kept = EventTerms.none
    switch try adapter.read(payload, options: source.options) {
    case .ignored(let subject, let why): reading = .ignored(subject: subject, because: why)
    case .build(let facts): reading = Self.reading(facts, source, files)
    }
    if case .event(let event) = reading { kept = try terms.terms(of: event, from: source) }
    self.terms = kept
  }

  /// A message that was refused where nobody is there to be told: it waits to be looked at.
  init(
    refused refusal: EventRefusal, _ payload: ProducerPayload, about subject: String, to source: ProducerSource,
    way: String
  ) {
    self.source = source
    self.way = way
    self.terms = .none
    self.doorTerms = DoorTerms()
    self.payload = Producers.named(source.producer).map { payload.kept(for: $0) } ?? payload
    reading = .unmapped(subject: subject, because: refusal.description, field: refusal.field)
  }

  private static func reading(
    _ facts: ProducerFacts, _ source: ProducerSource, _ files: ProducerFiles
  ) -> Reading {
    let outcome = files.mapping(source).outcome(facts).outcome
    if case .ignored(let why) = outcome { return .ignored(subject: facts.subject, because: why) }
    if let half = facts.half, let pairing = source.pairing {
      if let why = pairing.complaint(half) { return .ignored(subject: facts.subject, because: why) }
      return .half(half, pairing)
    }
    switch outcome {
    case .event(let event):
      guard let why = facts.pair?.trouble(event) else { return .event(event) }
      return .unmapped(subject: facts.subject, because: why, field: "images.kernel")
    case .ignored(let why): return .ignored(subject: facts.subject, because: why)
    case .unmapped(let why, let field): return .unmapped(subject: facts.subject, because: why, field: field)
    }
  }

  /// The door's name in an event.
  var door: String { "\(way)/\(source.producer)" }

  /// Keeps it. Idempotent: a message that is an event already stays that one, whatever the mapping says by now.
  func keep(_ files: ProducerFiles, _ session: borrowing PostgresSession) throws -> Kept {
    switch reading {
    case .half(let half, let pairing): return try pair(half, pairing, files, session)
    case .ignored(let subject, let why):
      let (_, event) = try note(session, subject, state: "ignored", why, field: nil)
      if let event { return .event(.duplicate(event)) }
      _ = try session.execute(DeliverySQL.prune, [.text(source.producer), .text(source.name)])
      return .ignored(why)
    case .unmapped(let subject, let why, let field):
      return try unmapped(session, subject, why, field: field)
    case .event(let event):
      guard let sender = try sender(session) else {
        return try unmapped(session, event.buildID, noUser, field: "user")
      }
      let receipt = try keep(event, sender, session)
      try became(receipt.id, session)
      return .event(receipt)
    }
  }

  /// Puts the event on disk unless the same message made one before.
  func keep(
    _ event: BuildEvent, _ sender: Sender, _ session: borrowing PostgresSession
  ) throws -> EventStore.Receipt {
    let same = try session.query(
      EventSQL.bySameMessage, [.text(event.source), .text(event.buildID), .bytea(payload.body)]
    ).first { Int64(try $0.int("id")) }
    if let same { return .duplicate(same) }
    return try EventStore.keep(event, raw: payload.body, door: door, sender: sender, terms: terms, session)
  }

  private func unmapped(
    _ session: borrowing PostgresSession, _ subject: String, _ why: String, field: String?
  ) throws -> Kept {
    let (id, event) = try note(session, subject, state: "unmapped", why, field: field)
    if let event { return .event(.duplicate(event)) }
    return .unmapped(why, field: field, delivery: id)
  }

  var noUser: String { "LAVA has no active user '\(source.user)', whose the jobs would be (\(source.file))" }

  /// The LAVA user the source sends as.
  func sender(_ session: borrowing PostgresSession) throws -> Sender? {
    try session.query(DeliverySQL.user, [.text(source.user)]).first {
      Sender(id: try $0.int("id"), name: try $0.string("username"), isSuperuser: try $0.bool("is_superuser"))
    }
  }

  private func became(_ event: Int64, _ session: borrowing PostgresSession) throws {
    _ = try session.execute(
      DeliverySQL.becameEvent,
      [.text(source.producer), .text(source.name), .bytea(payload.digest), .int8(event)])
  }

  func note(
    _ session: borrowing PostgresSession, _ subject: String, state: String, _ why: String, field: String?
  ) throws -> (id: Int64, event: Int64?) {
    try session.query(
      DeliverySQL.note,
      [
        .text(source.producer), .text(source.name), .bytea(payload.digest), .text(subject), .text(state), .text(why),
        PostgresValue(field), PostgresValue(payload.contentType),
        .jsonb(JSONValue.object(payload.headers.mapValues(JSONValue.string)).canonical),
        // What is ignored is never read again.
        .bytea(state == "ignored" ? [] : payload.body),
      ]
    ).only { (Int64(try $0.int("id")), try $0.optionalInt("event_id").map(Int64.init)) }
  }
}

extension EventStore.Receipt {
  /// The event's number, whatever became of it.
  var id: Int64 {
    switch self {
    case .accepted(let id), .duplicate(let id), .conflict(let id): id
    }
  }
}
