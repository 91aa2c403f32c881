public import BuildEvents
internal import PostgresClient

/// One thing that is or was to be told, as it is shown.
public struct CallbackRow: Hashable, Sendable {
  /// `event` or `job`.
  public let kind: String
  /// LAVA's id of the job; nil for the event itself.
  public let jobID: Int?
  /// `waiting`, `sent` or `given_up`.
  public let state: String
  /// How often it was tried.
  public let attempts: Int
  /// Where it goes, without the query.
  public let url: String
  /// `webhook-id`, the same for every attempt.
  public let webhookID: String
  /// What went wrong last.
  public let problem: String?
  /// When it is tried next; RFC 3339, UTC; nil when it will not be.
  public let nextAt: String?
  /// When it was sent or given up; RFC 3339, UTC.
  public let endedAt: String?

  /// Those of an event: of its end first, then of jobs in the order of their numbers.
  static func read(_ event: Int64, _ session: borrowing PostgresSession) throws -> [CallbackRow] {
    try session.query(CallbackSQL.ofEvent, [.int8(event)]).map { row in
      let job = try row.int("job_id")
      let state = try row.string("state")
      return CallbackRow(
        kind: try row.string("kind"), jobID: job == 0 ? nil : job, state: state, attempts: try row.int("attempts"),
        url: CallbackWish.shown(try row.string("url")), webhookID: try row.string("webhook_id"),
        problem: try row.optionalString("problem"), nextAt: state == "waiting" ? try row.string("next") : nil,
        endedAt: try row.optionalString("ended"))
    }
  }

  /// For machines. Keys are only ever added.
  public var json: JSONValue {
    var members: [String: JSONValue] = [
      "kind": .string(kind), "state": .string(state), "attempts": .int(Int64(attempts)), "url": .string(url),
      "webhook_id": .string(webhookID),
    ]
    members["job_id"] = jobID.map { .int(Int64($0)) }
    members["problem"] = problem.map(JSONValue.string)
    members["next_at"] = nextAt.map(JSONValue.string)
    members["ended_at"] = endedAt.map(JSONValue.string)
    return .object(members)
  }
}

/// How callbacks fare altogether.
struct CallbackCounts: Hashable, Sendable {
  /// Still to be sent.
  let waiting: Int
  /// Of those, tried in vain at least once.
  let failing: Int
  /// Given up in the last seven days.
  let givenUp: Int
  /// Of the last that was given up.
  let problem: String?

  /// Nil before the migration.
  static func read(_ session: borrowing PostgresSession) throws -> CallbackCounts? {
    guard try session.query(CallbackSQL.isThere).only({ try $0.bool("there") }) else { return nil }
    return try session.query(CallbackSQL.counts).only {
      CallbackCounts(
        waiting: try $0.int("waiting"), failing: try $0.int("failing"), givenUp: try $0.int("given_up"),
        problem: try $0.optionalString("problem"))
    }
  }

  /// For machines. Keys are only ever added.
  var json: JSONValue {
    ["waiting": .int(Int64(waiting)), "failing": .int(Int64(failing)), "given_up": .int(Int64(givenUp))]
  }
}
