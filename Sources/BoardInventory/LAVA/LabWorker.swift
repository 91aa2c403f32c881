/// A worker as LAVA's table has it. The state's numbers are inverted: 0 is Online, 1 is Offline.
public struct LabWorker: Hashable, Sendable {
  /// The worker's name.
  public let hostname: String
  /// LAVA's Worker.state: 0 Online, 1 Offline.
  public let state: Int
  /// LAVA's Worker.health: 0 Active, 1 Maintenance, 2 Retired.
  public let health: Int
  /// How many jobs it may run at once; 0 means no limit.
  public let jobLimit: Int
  /// How many of its devices are Reserved or Running.
  public let busyDevices: Int

  /// A worker from its row.
  public init(hostname: String, state: Int, health: Int, jobLimit: Int, busyDevices: Int) {
    self.hostname = hostname
    self.state = state
    self.health = health
    self.jobLimit = jobLimit
    self.busyDevices = busyDevices
  }

  /// State and health in LAVA's words.
  public var words: String {
    let state = state == 0 ? "Online" : state == 1 ? "Offline" : "state \(state)"
    let health = health == 0 ? "Active" : health == 1 ? "Maintenance" : health == 2 ? "Retired" : "health \(health)"
    return "\(state), \(health)"
  }
}
