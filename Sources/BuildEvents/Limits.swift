/// How much of a producer's message is read before it is refused.
///
/// Every reader of the module is handed one, so that a body from the network costs a known amount of memory and stack
/// whatever its bytes are.
public struct Limits: Sendable, Hashable {
  /// The most bytes a body may have. 1 MiB unless told: the largest real event seen is under 10 KiB.
  public var bytes: Int
  /// How deep objects and arrays may stand in one another. 32 unless told.
  public var depth: Int
  /// The most values (members, elements and the root) one body may hold. 10,000 unless told.
  public var members: Int

  /// Limits of a caller's own choice; each figure must be positive.
  public init(bytes: Int = 1 << 20, depth: Int = 32, members: Int = 10_000) {
    self.bytes = bytes
    self.depth = depth
    self.members = members
  }

  /// 1 MiB, 32 deep, 10,000 values.
  public static let standard = Limits()
}
