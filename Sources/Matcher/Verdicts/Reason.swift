/// One reason why a board gets no job of a rule, as data a person can act on.
public struct Reason: Hashable, Sendable, CustomStringConvertible {
  /// Which kind of reason; counted over boards.
  public let code: Code
  /// The facts in words: what was asked and what there is.
  public let detail: String

  /// A reason with its facts in words.
  public init(_ code: Code, _ detail: String) {
    self.code = code
    self.detail = detail
  }

  /// Whether waiting could turn this no into a yes.
  public var waitingHelps: Bool { code.waitingHelps }

  /// Code and detail in one line.
  public var description: String { "\(code.rawValue): \(detail)" }
}

extension Reason {
  /// The kinds of reasons. The raw values stand in the database and in `--json`: only ever add.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// Nobody described what this board can run.
    case notDescribed = "not_described"
    /// The board runs other architectures.
    case architecture = "arch"
    /// The board cannot take this image family.
    case imageFamily = "image_family"
    /// The board does not boot the way the image was made for.
    case bootloader
    /// The artifact or the rule names other device types.
    case deviceType = "device_type"
    /// A demanded tag is missing.
    case tag
    /// No job template fits the board's boot methods and the artifact's images.
    case template
    /// LAVA would not let the event's user submit to this board.
    case permission
    /// The user whose job it would be, or who sent the event, is not active in LAVA.
    case userInactive = "user_inactive"
    /// LAVA has that user no more.
    case userGone = "user_gone"
    /// LAVA would refuse the job's definition.
    case definition
    /// The board's own tag is not its own any more: another board carries it too.
    case tagShared = "tag_shared"
    /// Taken out of service.
    case retired
    /// Works on another job.
    case busy
    /// The board is in maintenance.
    case maintenance
    /// LAVA holds the board to be bad.
    case bad
    /// LAVA runs health checks on it in a loop.
    case looping
    /// Its worker does not answer, is in maintenance, or there is none.
    case offline
    /// Its device type is hidden in LAVA.
    case hidden
    /// The rule itself is for other boards.
    case excluded
    /// The rule asks for boards whose last health check is of another age.
    case healthCheck = "health_check"
    /// The rule wants fewer boards than can run it, and this one was not among those chosen.
    case notChosen = "not_chosen"
    /// A limit of the rule is reached.
    case limit
    /// The rule queues jobs at other hours.
    case window
    /// A newer build of the same line came.
    case superseded
    /// Somebody paused the rule, or everything.
    case paused
    /// As many of our jobs as allowed already stand in LAVA's queue for it.
    case queueFull = "queue_full"
    /// LAVA did not have the board when the event was decided.
    case notThere = "not_there"
    /// LAVA says something about it that this Boardcast does not understand.
    case unknownState = "unknown_state"

    /// Whether waiting could help: true for what LAVA's daily life changes, false for what somebody must edit.
    public var waitingHelps: Bool {
      switch self {
      case .busy, .maintenance, .bad, .looping, .offline, .hidden, .queueFull, .limit, .window, .paused, .healthCheck,
        .unknownState:
        true
      case .notDescribed, .architecture, .imageFamily, .bootloader, .deviceType, .tag, .template, .permission,
        .userInactive, .userGone, .definition, .tagShared, .retired, .excluded, .notChosen, .superseded, .notThere:
        false
      }
    }
  }
}
