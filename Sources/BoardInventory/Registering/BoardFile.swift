/// What lab staff wrote about one board. What a file is silent on is left as it is.
public struct BoardFile: Hashable, Sendable {
  /// LAVA's hostname of the device.
  public let hostname: String
  /// LAVA's device type; needed for a board LAVA does not have yet.
  public let deviceType: String?
  /// The worker the board hangs on; needed for a board LAVA does not have yet.
  public let worker: String?
  /// All the board's tags, less the one that Boardcast keeps for itself.
  public let tags: Set<String>?
  /// LAVA's description of the device.
  public let description: String?
  /// The health a new device gets; LAVA's and its people's business ever after.
  public let health: InitialHealth
  /// What this board can run where it differs from its type; nil when the file does not say.
  public let capabilities: RegisteredCapabilities?
  /// The device dictionary's text. May hold passwords: never logged.
  public let dictionary: DictionaryText?
  /// Where the file says it.
  public let place: Place

  /// The health of a device that is put in (lava-database.md §7).
  ///
  /// `unknown` unless told, as LAVA's own `sync` does: LAVA then runs the type's health check before anything else, and
  /// schedules on the board at once where there is none. `devices add` says `good` of a board nobody has booted yet;
  /// its `--offline` is `maintenance`.
  public enum InitialHealth: String, Hashable, Sendable, CaseIterable {
    case unknown
    case good
    case maintenance
    case retired

    /// The number in LAVA's table.
    public var deviceHealth: DeviceHealth {
      switch self {
      case .unknown: .unknown
      case .good: .good
      case .maintenance: .maintenance
      case .retired: .retired
      }
    }
  }

  /// A file, and the lines of the keys in it.
  public struct Place: Hashable, Sendable {
    /// The path, absolute and without links, so that another apply knows it again.
    public let file: String
    /// The path as it was given, for people.
    public let given: String
    /// Where the board begins, counted from 1.
    public let line: Int
    /// The line of each key.
    public let lines: [String: Int]

    /// As it is kept: `file:line`.
    public var words: String { "\(file):\(line)" }
  }

  /// A board from its parts.
  public init(
    hostname: String, deviceType: String? = nil, worker: String? = nil, tags: Set<String>? = nil,
    description: String? = nil, health: InitialHealth = .unknown, capabilities: RegisteredCapabilities? = nil,
    dictionary: DictionaryText? = nil, place: Place
  ) {
    self.hostname = hostname
    self.deviceType = deviceType
    self.worker = worker
    self.tags = tags
    self.description = description
    self.health = health
    self.capabilities = capabilities
    self.dictionary = dictionary
    self.place = place
  }

  /// A mistake at the line of a key.
  public func mistake(_ key: String, _ message: String, mend: String? = nil) -> FileMistake {
    FileMistake(file: place.given, line: place.lines[key] ?? place.line, message: message, mend: mend)
  }
}
