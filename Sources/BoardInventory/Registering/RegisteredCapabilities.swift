/// What one board can run where it differs from its type: only the kinds its file names.
public struct RegisteredCapabilities: Hashable, Sendable, Codable {
  /// Architectures, sorted.
  public var architectures: [String]?
  /// Image families, sorted.
  public var imageFamilies: [String]?
  /// Boot methods, sorted.
  public var bootMethods: [String]?
  /// Deploy methods, sorted.
  public var deployMethods: [String]?
  /// The kernel's name of the board's device tree blob.
  public var deviceTree: String?

  /// The names in files and in `boardcast.registration.capabilities`.
  enum CodingKeys: String, CodingKey, CaseIterable {
    case architectures
    case imageFamilies = "image_families"
    case bootMethods = "boot_methods"
    case deployMethods = "deploy_methods"
    case deviceTree = "device_tree"
  }

  /// Capabilities that say nothing of any kind.
  public init() {}

  /// Every kind with its words, in the order of the files; nil where nothing is said.
  public var words: [(kind: String, words: String?)] {
    [
      (CodingKeys.architectures.rawValue, architectures?.joined(separator: " ")),
      (CodingKeys.imageFamilies.rawValue, imageFamilies?.joined(separator: " ")),
      (CodingKeys.bootMethods.rawValue, bootMethods?.joined(separator: " ")),
      (CodingKeys.deployMethods.rawValue, deployMethods?.joined(separator: " ")),
      (CodingKeys.deviceTree.rawValue, deviceTree),
    ]
  }
}
