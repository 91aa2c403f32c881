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

  /// The line that makes a shape's text go LAVA's own way.
  static let requestLine = "device: \(BoardTag.placeholder)"

  /// The way for a LAVA with these rules.
  init(_ rules: SubmissionRules) {
    switch rules {
    case .lava2026_10: self = .requestedDevice
    case .lava2023_01: self = .ownTag
    }
  }

  /// The way a shape's text goes. The placeholder stands in it once, so no other text of a build can look like it.
  init(of definition: String) {
    self = definition.contains(Self.requestLine) ? .requestedDevice : .ownTag
  }

  /// The definition with the placeholder where the board goes.
  func marked(_ job: JobDefinition) -> JobDefinition {
    switch self {
    case .requestedDevice: job.setting("device", to: .string(BoardTag.placeholder))
    case .ownTag: job.addingTags([BoardTag.placeholder])
    }
  }

  /// A shape's text with the board in the place of the placeholder, quoted as LAVA's dump would quote it.
  func definition(_ text: String, for board: String) -> String {
    switch self {
    case .requestedDevice: text.replacing(Self.requestLine, with: Self.line(naming: board))
    case .ownTag: text.replacing(BoardTag.placeholder, with: BoardTag.name(for: board))
    }
  }

  private static func line(naming board: String) -> String {
    let line = JobDefinition(root: YAMLMapping([(.string("device"), .string(board))]), origin: .none)
    return String(line.dumped(sortedKeys: false).dropLast())
  }
}
