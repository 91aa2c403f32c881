import BuildEvents
import LAVAEvents

extension EventSender {
  /// How LAVA's events fare, for `/readyz`. Nothing here makes a server less ready: LAVA finds jobs by itself too.
  var json: JSONValue {
    let counts = counts
    var members: [String: JSONValue] = [
      "socket": .string(settings.socket), "sent": .int(Int64(counts.sent)), "lost": .int(Int64(counts.lost)),
    ]
    if let problem = counts.problem { members["problem"] = .string(problem) }
    return .object(members)
  }
}
