/// LAVA's state of a device (lava_scheduler_app/models.py, Device.STATE_CHOICES).
public enum DeviceState: Int, Hashable, Sendable, CaseIterable {
  case idle = 0
  case reserved = 1
  case running = 2

  /// LAVA's word for it.
  public var word: String {
    switch self {
    case .idle: "Idle"
    case .reserved: "Reserved"
    case .running: "Running"
    }
  }
}
