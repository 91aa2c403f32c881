/// A job definition ready for LAVA's queue but for its board: rendered once, used for every board of the type.
struct Shape: Hashable, Sendable {
  let deviceType: String
  /// The board, when the template mentions it; such a shape serves that board alone.
  let board: String?
  /// The template's name.
  let template: String
  /// How its jobs find their boards.
  let route: BoardRoute
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
}
