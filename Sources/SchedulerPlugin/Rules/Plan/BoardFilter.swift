public import BoardInventory
public import Matcher

/// Boards told by what they are. A kind that is empty does not count.
public struct BoardFilter: Hashable, Sendable {
  /// Hostnames, as patterns.
  public var boards: [GlobPattern] = []
  /// Device types, by name or LAVA alias.
  public var deviceTypes: Set<DeviceTypeName> = []
  /// Tags, compared with case as LAVA does.
  public var tags: Set<String> = []
  /// Hostnames of workers, as patterns.
  public var workers: [GlobPattern] = []
  /// Architectures.
  public var architectures: Set<Architecture> = []
  /// Boot methods.
  public var bootMethods: Set<BootMethod> = []
  /// Deploy methods.
  public var deployMethods: Set<DeployMethod> = []
  /// How long ago its last health check passed.
  public var healthCheck: HealthCheckAge?

  /// A filter that says nothing yet.
  public init() {}

  /// Whether nothing is said.
  public var isEmpty: Bool { self == Self() }

  /// Which kinds a board fits: it is, or has, at least one of what the kind names.
  ///
  /// - Parameter now: in seconds since 1970, for the age of its health check.
  public func fits(_ board: LabBoard, at now: Double) -> [(kind: String, fits: Bool)] {
    let has = board.board.capabilities
    let worker = board.row.worker?.hostname
    let all: [(kind: String, isUsed: Bool, fits: Bool)] = [
      ("boards", !boards.isEmpty, boards.contains { $0.fits(board.board.hostname) }),
      ("device_types", !deviceTypes.isEmpty, !deviceTypes.isDisjoint(with: board.board.typeNames)),
      ("tags", !tags.isEmpty, !tags.isDisjoint(with: board.board.tags)),
      ("workers", !workers.isEmpty, worker.map { name in workers.contains { $0.fits(name) } } ?? false),
      ("architectures", !architectures.isEmpty, !architectures.isDisjoint(with: has.architectures.elements)),
      ("boot_methods", !bootMethods.isEmpty, !bootMethods.isDisjoint(with: has.bootMethods.elements)),
      ("deploy_methods", !deployMethods.isEmpty, !deployMethods.isDisjoint(with: has.deployMethods.elements)),
      ("health_check", healthCheck != nil, healthCheck?.fits(board.healthCheck, at: now) ?? false),
    ]
    return all.filter(\.isUsed).map { ($0.kind, $0.fits) }
  }
}

extension TestPlan {
  /// Why the rule itself wants nothing of a board; nil when it does not mind.
  ///
  /// - Parameter now: in seconds since 1970.
  func exclusion(_ board: LabBoard, at now: Double) -> Reason? {
    if let only, let miss = only.fits(board, at: now).first(where: { !$0.fits }) {
      if miss.kind == "health_check", let age = only.healthCheck {
        return Reason(.healthCheck, "the rule wants \(age.words); \(HealthCheckAge.words(of: board.healthCheck))")
      }
      return Reason(.excluded, "the rule is for other boards: where.\(miss.kind)")
    }
    if let excluding, let hit = excluding.fits(board, at: now).first(where: \.fits) {
      if hit.kind == "health_check", let age = excluding.healthCheck {
        return Reason(
          .healthCheck, "the rule leaves out \(age.words); \(HealthCheckAge.words(of: board.healthCheck))")
      }
      return Reason(.excluded, "the rule leaves it out: where.exclude.\(hit.kind)")
    }
    return nil
  }

  /// Whether the rule could ever want the board: what time changes is no reason against it.
  func couldWant(_ board: LabBoard, at now: Double) -> Bool {
    exclusion(board, at: now).map(\.waitingHelps) ?? true
  }
}
