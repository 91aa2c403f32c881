internal import BuildEvents
internal import PostgresClient

/// What a receiver gets: a CloudEvent 1.0 in structured mode.
struct CallbackMessage: Sendable {
  /// The CloudEvent's id is the webhook's.
  let id: String
  let isJob: Bool
  let subject: String
  let time: String
  let data: JSONValue

  static let contentType = "application/cloudevents+json"
  static let eventType = "org.boardcast.event.over"
  static let jobType = "org.boardcast.job.over"

  var body: [UInt8] {
    JSONValue.object([
      "specversion": "1.0", "id": .string(id), "source": "/boardcast",
      "type": .string(isJob ? Self.jobType : Self.eventType), "subject": .string(subject), "time": .string(time),
      "datacontenttype": "application/json", "data": data,
    ]).serialized
  }

  /// One job as the event's report has it, with what tells the event; nil when it is not shown.
  static func job(
    _ job: Int, of event: Int64, sight: Sight, _ session: borrowing PostgresSession
  ) throws -> JSONValue? {
    guard let stored = try EventStore.event(event, session), sight.shows(stored) else { return nil }
    let line = try EventReport.readAssignments(event, job: job, session).first
    guard var line, sight.shows(board: line.board, deviceType: line.deviceType) else { return nil }
    if try !sight.shown(jobs: [job], session).contains(job) {
      line.jobID = nil
      line.outcome = nil
    }
    return [
      "event": [
        "id": .int(stored.id), "source": .string(stored.event.source), "build_id": .string(stored.event.buildID),
      ],
      "job": line.json,
    ]
  }
}
