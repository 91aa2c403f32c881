public import BuildEvents
internal import Matcher

extension Explanation {
  /// The explanation for machines. Keys are only ever added.
  public var json: JSONValue {
    var members: [String: JSONValue] = [
      "event": stored.json,
      "rules": .array(
        rules.map { story in
          [
            "rule": .string(story.rule), "sentence": .string(story.sentence),
            "counts": .object(
              Dictionary(
                story.counts.map { ($0.word, .int(Int64($0.boards))) }, uniquingKeysWith: { first, _ in first })),
            "boards": .array(story.verdicts.map(\.json)),
          ]
        }),
      "hidden_boards": .int(Int64(hiddenBoards)),
      "ignored": ignored.map { .object($0.mapValues(JSONValue.string)) } ?? .null,
    ]
    if let board { members["board"] = board.json }
    return .object(members)
  }
}

extension Explanation.BoardVerdict {
  var json: JSONValue {
    var members: [String: JSONValue] = [
      "board": .string(board), "device_type": .string(deviceType), "state": .string(state),
      "in_lab": .bool(isInLab),
      "reasons": .array(
        reasons.map { item in
          var members: [String: JSONValue] = [
            "code": .string(item.reason.code.rawValue), "detail": .string(item.reason.detail),
            "waiting_helps": .bool(item.reason.waitingHelps),
          ]
          if let endsWhen = item.endsWhen { members["ends_when"] = .string(endsWhen) }
          return .object(members)
        }),
    ]
    guard let assignment else { return .object(members) }
    let texts: [(String, String?)] = [
      ("outcome", assignment.outcome), ("created_at", assignment.createdAt), ("expires_at", assignment.expiresAt),
      ("queued_at", assignment.queuedAt), ("started_at", assignment.startedAt), ("ended_at", assignment.endedAt),
      ("words", assignment.words), ("pool", assignment.pool),
    ]
    for (key, text) in texts { if let text { members[key] = .string(text) } }
    if let job = assignment.jobID { members["job_id"] = .int(Int64(job)) }
    if let event = assignment.supersededBy { members["superseded_by"] = .int(Int64(event)) }
    return .object(members)
  }
}

extension BoardNow {
  var json: JSONValue {
    var members: [String: JSONValue] = [
      "device_type": .string(deviceType), "reasons": DecisionSummary.json(facts),
    ]
    if let healthCheck { members["health_check"] = .string(healthCheck) }
    if let workerSilentSince { members["worker_silent_since"] = .string(workerSilentSince) }
    for (key, change) in [("health_changed", health), ("worker_health_changed", workerHealth)] {
      guard let change else { continue }
      members[key] = [
        "at": .string(change.at), "by": .string(change.author), "words": .string(change.words),
      ]
    }
    return .object(members)
  }
}
