/// What applying one board's file would do, and what stands against it.
public struct BoardPlan: Hashable, Sendable {
  /// One thing to do; in the order in which they must be done.
  public enum Step: Hashable, Sendable {
    /// A row as `lava-server manage device-types add` writes it.
    case addType(String)
    /// A row as `lava-server manage workers add` writes it.
    case addWorker(String)
    /// A row as `lava-server manage devices add` writes it, with this health.
    case addDevice(type: String, worker: String, description: String?, health: DeviceHealth)
    /// Tags that are made where they are new, and put on the device.
    case addTags([String])
    /// The dictionary is written.
    case writeDictionary(DictionaryText)
    /// By LAVA's own `devices update`.
    case update(worker: String?, description: String?, health: DeviceHealth?)
    /// By LAVA's own `device-tags remove`.
    case removeTags([String])
  }

  /// One line of the diff.
  public struct Difference: Hashable, Sendable {
    /// What differs: a key of the file.
    public let subject: String
    /// As it is now; nil for nothing.
    public let from: String?
    /// As it will be; nil for nothing.
    public let to: String?
    /// The dictionary's changed lines, which may hold secrets: shown on request only.
    public var lines: [String] = []
  }

  /// Somebody else's word against the file's.
  public struct Conflict: Hashable, Sendable {
    /// What is in conflict: a key of the file.
    public let subject: String
    /// Who says what, and what would be lost.
    public let words: String
    /// Whether `--force` settles it for the file.
    public let yieldsToForce: Bool
  }

  /// LAVA's hostname of the device.
  public let hostname: String
  /// LAVA does not have it yet.
  public var isNew = false
  /// What to do.
  public var steps: [Step] = []
  /// What that changes.
  public var differences: [Difference] = []
  /// What stands against it; with any of them nothing is done to this board.
  public var conflicts: [Conflict] = []
  /// What people should know.
  public var notes: [String] = []
  /// What to write down; nil when that stands there already.
  public var record: RegistrationRecord?
  /// LAVA has not said yet that it accepts the board as it will be.
  public var mustBeAsked = false

  /// A plan that does nothing.
  public init(hostname: String) { self.hostname = hostname }

  /// Whether there is nothing to do.
  public var isEmpty: Bool { steps.isEmpty && record == nil && conflicts.isEmpty }

  /// Whether only our own table is written: the board is as its file says, and from now on we know that it is.
  public var isAdoption: Bool { differences.isEmpty && steps.isEmpty && conflicts.isEmpty && record != nil }
}
