/// A job definition ready for LAVA's queue but for its board: rendered once, used for every board of the type.
struct Shape: Hashable, Sendable {
  let deviceType: String
  /// The board, when the template mentions it; such a shape serves that board alone.
  let board: String?
  /// The template's name.
  let template: String
  /// How its jobs find their boards.
  private(set) var route: BoardRoute
  /// LAVA's text of the definition, with `BoardTag.placeholder` where the board goes.
  let definition: String
  let jobName: String
  let visibility: Visibility
  /// Tags the template asks for itself, without the board's own.
  let tags: [String]
  let priority: Int
  /// Seconds a job may stand in LAVA's queue; nil leaves it to LAVA.
  let queueTimeout: Int64?
  /// The definition's metadata as LAVA 2026 keeps it in a column: a JSON object.
  let metadata: String

  /// The shape as so many boards are to have it: many that need not be told apart share a pool, where the rule's limits
  /// allow that a board takes its job before its turn.
  func serving(_ boards: Int, within limits: RuleLimits) -> Shape {
    guard route == .ownTag, board == nil, boards >= BoardRoute.fewestOfPool, limits.allowPools else { return self }
    var pooled = self
    pooled.route = .pool
    return pooled
  }
}
