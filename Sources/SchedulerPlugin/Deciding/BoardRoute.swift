import BoardInventory

/// How a job finds its board in LAVA: what stands in the job's definition and in its row for that.
///
/// It is chosen with the shape, by what LAVA has then, and read back from the shape's text: a shape made before LAVA was
/// upgraded goes the way it was made for.
enum BoardRoute: Hashable, Sendable, CaseIterable {
  /// `device` in the definition and `requested_device_id` in the row: LAVA's own way since 2026.07
  /// (lava_scheduler_app/models.py:_get_requested_devices).
  case requestedDevice
  /// A tag that only the board carries, for LAVA before that.
  case ownTag
  /// A tag for all the jobs of a shape and all the boards that are owed one of them, for LAVA before 2026.07. It stands
  /// in the job's row only: a job that somebody submits again is no job of the pool. Where no pool can be had, the
  /// board's own tag is used.
  case pool

  /// From so many boards of one shape on there is a pool. With own tags LAVA 2023.01 looks at n(n+1)/2 pairs of jobs and
  /// boards, 5 ms each, until n idle boards have their job: with three boards that are 15 ms more than with a pool, with
  /// four 30 ms, with 500 ten minutes. For less it is not worth to leave open which job is for which board.
  static let fewestOfPool = 4

  /// The line that makes a shape's text go LAVA's own way.
  static let requestLine = "device: \(BoardTag.placeholder)"

  /// The way for a LAVA with these rules.
  init(_ rules: SubmissionRules) {
    switch rules {
    case .lava2026_10: self = .requestedDevice
    case .lava2023_01: self = .ownTag
    }
  }

  /// The way a shape goes, by its text and whether it was made for a pool. The placeholder stands in the text once, so no
  /// other text of a build can look like it.
  init(of definition: String, byPool: Bool = false) {
    self = definition.contains(Self.requestLine) ? .requestedDevice : byPool ? .pool : .ownTag
  }

  /// The definition with the placeholder where the board goes.
  func marked(_ job: JobDefinition) -> JobDefinition {
    switch self {
    case .requestedDevice: job.setting("device", to: .string(BoardTag.placeholder))
    case .ownTag, .pool: job.addingTags([BoardTag.placeholder])
    }
  }

  /// A shape's text without the placeholder, as the jobs of a pool have it.
  ///
  /// The text is our own dump and holds the placeholder once: an element of the tags, a line of its own. The line goes,
  /// and with the last of the tags their key.
  static func unmarked(_ text: String) -> String {
    guard let line = text.firstRange(of: "\n- \(BoardTag.placeholder)\n") else { return text }
    let key = "\ntags:"
    let (before, after) = (text[..<line.lowerBound], text[line.upperBound...])
    guard before.hasSuffix(key), !after.hasPrefix("- ") else { return before + "\n" + after }
    return before.dropLast(key.count) + "\n" + after
  }

  /// A shape's text with the board in the place of the placeholder, quoted as LAVA's dump would quote it.
  func definition(_ text: String, for board: String) -> String {
    switch self {
    case .pool: Self.unmarked(text)
    case .requestedDevice: text.replacing(Self.requestLine, with: Self.line(naming: board))
    case .ownTag: text.replacing(BoardTag.placeholder, with: BoardTag.name(for: board))
    }
  }

  private static func line(naming board: String) -> String {
    let line = JobDefinition(root: YAMLMapping([(.string("device"), .string(board))]), origin: .none)
    return String(line.dumped(sortedKeys: false).dropLast())
  }
}
