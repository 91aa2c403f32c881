/// What a board can run, as far as anybody described it.
public struct Capabilities: Hashable, Sendable {
  /// Architectures whose code the board executes.
  public var architectures: CapabilitySet<Architecture>
  /// Image families the board can take.
  public var imageFamilies: CapabilitySet<ImageFamily>
  /// Boot methods the board offers; LAVA's names.
  public var bootMethods: CapabilitySet<BootMethod>
  /// Deploy methods the board offers; LAVA's names.
  public var deployMethods: CapabilitySet<DeployMethod>

  /// Every kind is unknown unless given.
  public init(
    architectures: CapabilitySet<Architecture> = .unknown,
    imageFamilies: CapabilitySet<ImageFamily> = .unknown,
    bootMethods: CapabilitySet<BootMethod> = .unknown,
    deployMethods: CapabilitySet<DeployMethod> = .unknown
  ) {
    self.architectures = architectures
    self.imageFamilies = imageFamilies
    self.bootMethods = bootMethods
    self.deployMethods = deployMethods
  }

  /// Nobody described anything.
  public static let unknown = Capabilities()

  /// Whether at least one kind is known. A board that is not described never matches, whatever is asked.
  public var isDescribed: Bool {
    architectures.isKnown || imageFamilies.isKnown || bootMethods.isKnown || deployMethods.isKnown
  }

  /// These capabilities, with the other's wherever this one is unknown.
  public func orElse(_ other: Self) -> Self {
    Capabilities(
      architectures: architectures.orElse(other.architectures),
      imageFamilies: imageFamilies.orElse(other.imageFamilies),
      bootMethods: bootMethods.orElse(other.bootMethods),
      deployMethods: deployMethods.orElse(other.deployMethods))
  }
}
