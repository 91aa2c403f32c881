import BoardInventory
import BuildEvents

extension LiveInventory {
  /// How the snapshot stands, for `/readyz`: `state` is `live`, or `behind` with its `problem` (then every decision reads
  /// the lab afresh); `age_seconds` since everything was read, null before the first time; `boards`.
  var json: JSONValue {
    let problem = problem
    var fields: [String: JSONValue] = ["state": problem == nil ? "live" : "behind"]
    fields["age_seconds"] = age.map { .int($0.components.seconds) } ?? .null
    fields["boards"] = current.map { .int(Int64($0.boards.count)) } ?? .null
    if let problem { fields["problem"] = .string(problem) }
    return .object(fields)
  }
}
