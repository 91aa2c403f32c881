/// Whether LAVA's inventory tables are those we know how to add rows to.
public enum RegistrationSchema {
  /// LAVA changed in a way that makes adding boards unsafe.
  public struct Unfit: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line that names the column.
    public let description: String
  }

  /// Columns that our INSERTs fill, by table.
  private static let filled: [String: Set<String>] = [
    "devicetype": ["name", "health_frequency", "health_denominator", "disable_health_check", "display"],
    "worker": ["hostname", "state", "health", "description", "last_ping", "job_limit", "token"],
    "device": [
      "hostname", "device_type_id", "worker_host_id", "description", "state", "health", "is_synced",
    ],
    "tag": ["name"],
    "device_tags": ["device_id", "tag_id"],
  ]

  /// Throws `Unfit` naming the column for a required one we do not know, or one of ours that is gone.
  public static func check(_ tables: LAVATables) throws {
    let missing = tables.missing
    guard missing.isEmpty else { throw NotALAVADatabase(missing: missing) }
    for (name, ours) in filled.sorted(by: { $0.key < $1.key }) {
      let table = "lava_scheduler_app_" + name
      let there = tables.columns[table] ?? []
      if let stranger = there.first(where: { $0.isRequired && !$0.hasDefault && !ours.contains($0.name) }) {
        throw Unfit(
          description: "LAVA's table \(table) has the column \(stranger.name), which must be filled and which this "
            + "Boardcast does not know; register boards with LAVA's own commands until Boardcast is upgraded")
      }
      if let gone = ours.subtracting(there.map(\.name)).min() {
        throw Unfit(
          description: "LAVA's table \(table) has no column \(gone) any more; register boards with LAVA's own commands "
            + "until Boardcast is upgraded")
      }
    }
  }
}
