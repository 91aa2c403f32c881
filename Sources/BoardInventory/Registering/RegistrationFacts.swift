/// What LAVA and we know of boards at one moment, as far as registering them needs it.
public struct RegistrationFacts: Sendable {
  /// One device as LAVA has it.
  public struct Device: Hashable, Sendable {
    /// LAVA's device type.
    public var deviceType: String
    /// The worker; nil when it has none.
    public var worker: String?
    /// Its tags, less the one that Boardcast keeps for itself.
    public var tags: Set<String>
    /// LAVA's description; empty where there is none.
    public var description: String
    /// Device.health.
    public var health: Int
    /// Whether it belongs to `lava-server manage sync`.
    public var isSynced: Bool

    /// A device from its parts.
    public init(
      deviceType: String, worker: String?, tags: Set<String> = [], description: String = "", health: Int = 0,
      isSynced: Bool = false
    ) {
      self.deviceType = deviceType
      self.worker = worker
      self.tags = tags
      self.description = description
      self.health = health
      self.isSynced = isSynced
    }
  }

  /// LAVA's devices by hostname.
  public var devices: [String: Device]
  /// What was applied last, by hostname.
  public var records: [String: RegistrationRecord]
  /// LAVA's device types.
  public var deviceTypes: Set<String>
  /// LAVA's aliases of device types: LAVA refuses a type of such a name.
  public var aliases: Set<String>
  /// LAVA's workers.
  public var workers: Set<String>
  /// LAVA's tags.
  public var tags: Set<String>

  /// Facts from their parts.
  public init(
    devices: [String: Device] = [:], records: [String: RegistrationRecord] = [:], deviceTypes: Set<String> = [],
    aliases: Set<String> = [], workers: Set<String> = [], tags: Set<String> = []
  ) {
    self.devices = devices
    self.records = records
    self.deviceTypes = deviceTypes
    self.aliases = aliases
    self.workers = workers
    self.tags = tags
  }
}
