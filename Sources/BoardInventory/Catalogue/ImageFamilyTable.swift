public import Matcher

/// Which image families a board can take, told by the boot and deploy methods it has: `families.yaml`.
///
/// A family that is added reaches every device type that goes one of its ways, so types need not list families.
public struct ImageFamilyTable: Hashable, Sendable {
  /// A way of an image onto a board: the board must have one of the boot methods and one of the deploy methods.
  public struct Way: Hashable, Sendable {
    /// The boot methods of which one is needed; empty asks for none.
    public let boot: Set<BootMethod>
    /// The deploy methods of which one is needed; empty asks for none.
    public let deploy: Set<DeployMethod>

    /// A way by its methods.
    public init(boot: Set<BootMethod>, deploy: Set<DeployMethod>) {
      self.boot = boot
      self.deploy = deploy
    }
  }

  /// The ways by name.
  public let ways: [String: Way]
  /// The names of each family's ways, all of them keys of `ways`.
  public let families: [ImageFamily: [String]]
  /// The file each family was read from.
  let files: [ImageFamily: String]

  /// A table without families: of it nothing is known of any board.
  public init() {
    self.init(ways: [:], families: [:], files: [:])
  }

  init(ways: [String: Way], families: [ImageFamily: [String]], files: [ImageFamily: String]) {
    self.ways = ways
    self.families = families
    self.files = files
  }

  /// The files that families come from, sorted.
  func files(of families: Set<ImageFamily>) -> [String] { Set(families.compactMap { files[$0] }).sorted() }

  /// The families a board of these capabilities takes; unknown while the table is empty or a kind of method is unknown.
  public func families(of capabilities: Capabilities) -> CapabilitySet<ImageFamily> {
    guard !families.isEmpty, case .known(let boot) = capabilities.bootMethods,
      case .known(let deploy) = capabilities.deployMethods
    else { return .unknown }
    return .known(
      Set(
        families.filter { _, names in
          names.contains { name in
            guard let way = ways[name] else { return false }
            return (way.boot.isEmpty || !way.boot.isDisjoint(with: boot))
              && (way.deploy.isEmpty || !way.deploy.isDisjoint(with: deploy))
          }
        }.keys))
  }
}
