public import BuildEvents
internal import Matcher

extension EventReport {
  /// The report for machines. Keys are only ever added.
  public var json: JSONValue {
    guard case .object(var members) = stored.json else { return .null }
    members["boards"] = .array(lines.map(\.json))
    members["hidden_boards"] = .int(Int64(hiddenBoards))
    if !callbacks.isEmpty { members["callbacks"] = .array(callbacks.map(\.json)) }
    return .object(members)
  }

  /// Whether every assignment has come to its end.
  public var isOver: Bool {
    stored.state == "kept"
      || (stored.state == "decided" && !lines.contains { ["waiting", "queued", "running"].contains($0.state) })
  }
}

extension EventReport.Line {
  var json: JSONValue {
    var members: [String: JSONValue] = [
      "rule": .string(rule), "board": .string(board), "device_type": .string(deviceType), "state": .string(state),
      "reasons": DecisionSummary.json(reasons),
    ]
    if isByPool { members["by_pool"] = .bool(true) }
    if let jobID { members["job_id"] = .int(Int64(jobID)) }
    if let outcome { members["outcome"] = .string(outcome) }
    if let secondsToQueued { members["seconds_to_queued"] = .double(secondsToQueued) }
    if let secondsToStarted { members["seconds_to_started"] = .double(secondsToStarted) }
    if let secondsToFinished { members["seconds_to_finished"] = .double(secondsToFinished) }
    return .object(members)
  }
}
