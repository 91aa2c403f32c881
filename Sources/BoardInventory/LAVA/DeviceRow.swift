/// The columns of LAVA's device table that decide about a board, as numbers, joined with its type's `display`.
public struct DeviceRow: Hashable, Sendable {
  /// LAVA's hostname of the device.
  public let hostname: String
  /// LAVA's device type.
  public let deviceType: String
  /// Device.state.
  public let state: Int
  /// Device.health.
  public let health: Int
  /// The worker, when the device has one.
  public let worker: LabWorker?
  /// DeviceType.display; LAVA schedules nothing on hidden types.
  public let typeDisplayed: Bool

  /// A row from its columns.
  public init(
    hostname: String, deviceType: String, state: Int, health: Int, worker: LabWorker?, typeDisplayed: Bool
  ) {
    self.hostname = hostname
    self.deviceType = deviceType
    self.state = state
    self.health = health
    self.worker = worker
    self.typeDisplayed = typeDisplayed
  }
}
