/// A board as the matcher sees it: a name, what it is, what it can run, and whether it is free.
public struct Board: Hashable, Sendable {
  /// LAVA's hostname of the device; unique within a lab.
  public let hostname: String
  /// LAVA's device type.
  public let deviceType: String
  /// LAVA's aliases of that device type.
  public let aliases: [String]
  /// Names of the tags LAVA has on the device.
  public let tags: Set<String>
  /// What it can run.
  public let capabilities: Capabilities
  /// Whether LAVA would give it a job now.
  public let availability: Availability

  /// A board from its facts.
  public init(
    hostname: String, deviceType: String, aliases: [String] = [], tags: Set<String> = [],
    capabilities: Capabilities = .unknown, availability: Availability = .ready
  ) {
    self.hostname = hostname
    self.deviceType = deviceType
    self.aliases = aliases
    self.tags = tags
    self.capabilities = capabilities
    self.availability = availability
  }

  /// Every name a producer may use for its device type.
  public var typeNames: [DeviceTypeName] { ([deviceType] + aliases).map(DeviceTypeName.init) }
}
