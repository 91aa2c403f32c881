/// LAVA's health of a device (lava_scheduler_app/models.py, Device.HEALTH_CHOICES).
public enum DeviceHealth: Int, Hashable, Sendable, CaseIterable {
  case good = 0
  case unknown = 1
  case looping = 2
  case bad = 3
  case maintenance = 4
  case retired = 5

  /// LAVA's word for it.
  public var word: String {
    switch self {
    case .good: "Good"
    case .unknown: "Unknown"
    case .looping: "Looping"
    case .bad: "Bad"
    case .maintenance: "Maintenance"
    case .retired: "Retired"
    }
  }
}
