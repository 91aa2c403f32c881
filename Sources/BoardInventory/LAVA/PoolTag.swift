/// The tags of pools: each names many like jobs and the boards that are owed one of them (docs/pool.md). There is a
/// bounded number, used again and again.
public enum PoolTag {
  /// How many pools there may be at one moment; more work finds its boards by their own tags.
  public static let slots = 250

  private static let prefix = "boardcast-pool-"

  /// The tag of a slot, from 1 to `slots`.
  public static func name(slot: Int) -> String {
    let digits = String(slot)
    return prefix + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }

  /// All of them, by slot.
  public static var names: [String] { (1...slots).map(name(slot:)) }

  /// Whether a tag is one of them; such a one says nothing about a board.
  public static func isOne(_ tag: String) -> Bool { tag.hasPrefix(prefix) }
}
