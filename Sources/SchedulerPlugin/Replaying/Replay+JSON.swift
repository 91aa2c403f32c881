public import BuildEvents

extension Replay {
  /// The replay for machines. Keys are only ever added.
  public var json: JSONValue {
    let totals = totals
    var members: [String: JSONValue] = [
      "events": .int(Int64(events)), "current": totals.current.json, "lines": .array(lines.map(line)),
    ]
    if hasOther { members["other"] = totals.other.json }
    return .object(members)
  }

  private func line(_ line: Line) -> JSONValue {
    var members: [String: JSONValue] = [
      "event": .int(line.event), "build": .string(line.build), "rule": .string(line.rule),
      "current": line.current.json,
    ]
    if hasOther {
      members["other"] = line.other.json
      members["added"] = .int(Int64(line.added))
      members["removed"] = .int(Int64(line.removed))
    }
    return .object(members)
  }
}

extension Replay.Work {
  var json: JSONValue {
    [
      "jobs": .int(Int64(jobs)), "board_hours": .double(hours),
      "jobs_of_unknown_length": .int(Int64(jobsOfUnknownLength)),
    ]
  }
}
