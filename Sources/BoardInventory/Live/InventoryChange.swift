/// What of the snapshot must be read again: names, or everything. Bounded, however much happens.
public struct InventoryChange: Hashable, Sendable {
  /// More names than this are read as everything.
  public static let mostNames = 1_000

  /// Everything must be read.
  public private(set) var everything = false
  /// Devices whose row or tags changed.
  public private(set) var devices: Set<String> = []
  /// Workers whose row changed.
  public private(set) var workers: Set<String> = []
  /// Device types whose row or aliases changed.
  public private(set) var types: Set<String> = []
  /// Ids of tags whose row changed.
  public private(set) var tags: Set<Int> = []
  /// Who may submit to what has changed; nothing of that is in a snapshot, but what waits may go on.
  public private(set) var permissions = false
  /// The catalogue changed: no reading, but capabilities are derived anew.
  public var catalogue = false

  /// Nothing changed.
  public init() {}

  /// Everything changed, as far as anybody knows.
  public static let all: Self = {
    var change = Self()
    change.markEverything()
    return change
  }()

  /// Whether there is nothing to do.
  public var isEmpty: Bool { self == Self() }

  /// Everything must be read; names are forgotten.
  public mutating func markEverything() {
    self = Self()
    everything = true
  }

  /// Adds what a notification says (`migrations/0002_inventory_triggers.sql`): `kind:key` or `all`. What is not
  /// understood, say of a newer Boardcast's trigger, means everything.
  public mutating func note(_ payload: String) {
    guard !everything else { return }
    guard let colon = payload.firstIndex(of: ":") else { return markEverything() }
    let key = String(payload[payload.index(after: colon)...])
    switch payload[..<colon] {
    case "device": devices.insert(key)
    case "worker": workers.insert(key)
    case "type": types.insert(key)
    case "tag":
      guard let id = Int(key) else { return markEverything() }
      tags.insert(id)
    case "permission": permissions = true
    default: return markEverything()
    }
    if devices.count + workers.count + types.count + tags.count > Self.mostNames { markEverything() }
  }
}
