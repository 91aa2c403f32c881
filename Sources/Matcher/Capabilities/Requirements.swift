/// What an artifact, and the rule that looks at it, demand of a board. Every demand must be met.
public struct Requirements: Hashable, Sendable {
  /// The architecture of the image's code; nil demands nothing.
  public var architecture: Architecture?
  /// The image's family; nil demands nothing.
  public var imageFamily: ImageFamily?
  /// The boot method the image was made for; nil demands nothing.
  public var bootloader: BootMethod?
  /// Device types it may run on, by name or LAVA alias; empty allows every type.
  public var deviceTypes: Set<DeviceTypeName>
  /// Tags a board must carry, all of them; LAVA compares tags with case.
  public var tags: Set<String>

  /// Demands nothing unless given.
  public init(
    architecture: Architecture? = nil,
    imageFamily: ImageFamily? = nil,
    bootloader: BootMethod? = nil,
    deviceTypes: Set<DeviceTypeName> = [],
    tags: Set<String> = []
  ) {
    self.architecture = architecture
    self.imageFamily = imageFamily
    self.bootloader = bootloader
    self.deviceTypes = deviceTypes
    self.tags = tags
  }
}
