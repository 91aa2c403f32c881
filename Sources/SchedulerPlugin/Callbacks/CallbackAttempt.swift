internal import BoardInventory
internal import BuildEvents
internal import PostgresClient

/// One attempt to tell somebody: what is sent where.
struct CallbackAttempt: Sendable {
  let id: Int64
  let url: String
  let signer: CallbackSigner?
  let isByLab: Bool
  /// Counted from 1, this one included.
  let attempts: Int
  /// Whether a day is over since it was first to be sent.
  let isOld: Bool
  let webhookID: String
  /// Seconds since 1970 by PostgreSQL's clock.
  let now: Int64
  let content: Content

  enum Content: Sendable {
    /// The CloudEvent.
    case body([UInt8])
    /// The event is being decided again, so its end is still to come.
    case notOver
    /// LAVA shows its sender nothing of it any more.
    case hidden
  }

  /// Counts the attempt and reads what it needs; nil when somebody has ended it. Call it in a REPEATABLE READ transaction.
  static func begin(
    _ id: Int64, catalogue: DeviceCatalogue, _ session: borrowing PostgresSession
  ) throws -> CallbackAttempt? {
    let row = try session.query(CallbackSQL.begin, [.int8(id)]).first { row in
      (
        event: Int64(try row.int("event_id")), kind: try row.string("kind"), job: try row.int("job_id"),
        webhook: try row.string("webhook_id"), attempts: try row.int("attempts"), url: try row.string("url"),
        signer: try row.string("signer"), isByLab: try row.bool("by_lab"), sender: try row.int("sender_id"),
        isOpen: try row.bool("is_open"), isOld: try row.bool("is_old"), now: Int64(try row.int("now")),
        time: try row.string("time")
      )
    }
    guard let row else { return nil }
    let content: Content
    if row.kind == "event", row.isOpen {
      content = .notOver
    } else {
      // What the sender may see himself, no more.
      let sight = try Sight.read(userID: row.sender, session)
      let data: JSONValue? =
        row.kind == "event"
        ? try EventReport.read(row.event, catalogue: catalogue, sight: sight, session)?.json
        : try CallbackMessage.job(row.job, of: row.event, sight: sight, session)
      content =
        data.map {
          .body(
            CallbackMessage(
              id: row.webhook, isJob: row.kind == "job", subject: "event/\(row.event)", time: row.time, data: $0
            ).body)
        } ?? .hidden
    }
    return CallbackAttempt(
      id: id, url: row.url, signer: CallbackSigner(row.signer), isByLab: row.isByLab, attempts: row.attempts,
      isOld: row.isOld, webhookID: row.webhook, now: row.now, content: content)
  }
}
