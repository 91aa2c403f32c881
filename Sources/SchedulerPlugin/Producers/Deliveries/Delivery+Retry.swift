import BuildEvents
public import PostgresClient

extension Delivery {
  /// What became of an unmapped message that was tried again.
  public enum Retried: Hashable, Sendable {
    /// It is an event now, of this number; whether it was there already.
    case event(Int64, isDuplicate: Bool)
    /// It schedules nothing.
    case ignored(String)
    /// It is as it was.
    case unmapped(String)
  }

  /// Numbers of all unmapped messages, the oldest first.
  public static func unmapped(_ session: borrowing PostgresSession) throws -> [Int64] {
    try session.query(DeliverySQL.unmapped).map { Int64(try $0.int("id")) }
  }

  /// Reads an unmapped message again with the files as they are now; nil when there is no such unmapped message.
  ///
  /// - Parameter terms: where callbacks may go that the message asks for; nowhere unless told.
  public static func retry(
    _ id: Int64, _ files: ProducerFiles, terms: DoorTerms = DoorTerms(), _ session: borrowing PostgresSession
  ) throws -> Retried? {
    guard let delivery = try session.query(DeliverySQL.lockUnmapped, [.int8(id)]).first(read) else { return nil }
    guard let source = files.source(delivery.source, of: delivery.producer) else {
      return .unmapped("there is no source \(delivery.producer)/\(delivery.source) any more")
    }
    let reading: HookMessage
    do throws(EventRefusal) {
      reading = try HookMessage(delivery.payload, to: source, files, terms)
    } catch {
      return try still(id, "unmapped", error.description, error.field, session)
    }
    switch reading.reading {
    case .half:
      guard case .paired(let words, _) = try reading.keep(files, session) else { return .unmapped("it is no half") }
      return try still(id, "ignored", words, nil, session)
    case .ignored(_, let why): return try still(id, "ignored", why, nil, session)
    case .unmapped(_, let why, let field): return try still(id, "unmapped", why, field, session)
    case .event(let event):
      guard let sender = try reading.sender(session) else {
        return try still(id, "unmapped", reading.noUser, "user", session)
      }
      let receipt = try reading.keep(event, sender, session)
      switch receipt {
      case .accepted(let event):
        _ = try session.execute(DeliverySQL.tookEvent, [.int8(id), .int8(event)])
        return .event(event, isDuplicate: false)
      case .duplicate(let event), .conflict(let event):
        _ = try session.execute(DeliverySQL.tookEvent, [.int8(id), .int8(event)])
        return .event(event, isDuplicate: true)
      }
    }
  }

  private static func still(
    _ id: Int64, _ state: String, _ why: String, _ field: String?, _ session: borrowing PostgresSession
  ) throws -> Retried {
    _ = try session.execute(DeliverySQL.stillUnmapped, [.int8(id), .text(state), .text(why), PostgresValue(field)])
    return state == "ignored" ? .ignored(why) : .unmapped(why)
  }
}
