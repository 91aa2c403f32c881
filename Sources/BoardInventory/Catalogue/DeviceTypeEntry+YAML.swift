internal import Matcher

extension DeviceTypeEntry {
  private static let capabilityKeys = ["architectures", "image_families", "boot_methods", "deploy_methods"]
  private static let factKeys = capabilityKeys + ["device_tree"]

  /// Reads one file of a `devices/` folder.
  ///
  /// Throws `FileMistake` naming file and line: an unknown key, a missing `device_type`, a name nobody knows.
  public init(file path: String) throws(FileMistake) {
    try self.init(YAMLFile.mapping(at: path))
  }

  /// Reads an entry from a mapping.
  public init(_ yaml: FileMapping) throws(FileMistake) {
    try yaml.refuseKeys(otherThan: ["device_type", "sources"] + Self.factKeys)
    let name = try yaml.requiredString("device_type", mend: "name LAVA's device type, for example 'device_type: qemu'")
    guard name.utf8.count <= 50 else {
      throw yaml.mistake("device_type", "'\(name)' is over 50 characters, LAVA's limit for a device type")
    }
    var sources: [String: String] = [:]
    if let mapping = try yaml.mapping("sources") {
      try mapping.refuseKeys(otherThan: Self.factKeys)
      for key in mapping.keys { sources[key] = try mapping.string(key) }
    }
    self.init(
      deviceType: name,
      capabilities: Capabilities(
        architectures: try Self.names(yaml, "architectures", known: Architecture.knownNames) {
          Architecture(normalizing: $0)
        },
        imageFamilies: try Self.names(yaml, "image_families") { ImageFamily(normalizing: $0) },
        bootMethods: try Self.names(yaml, "boot_methods") { BootMethod(normalizing: $0) },
        deployMethods: try Self.names(yaml, "deploy_methods") { DeployMethod(normalizing: $0) }),
      deviceTree: try yaml.string("device_tree"), sources: sources, file: yaml.file)
  }

  private static func names<Name>(
    _ yaml: FileMapping, _ key: String, known: [String] = [], _ read: (String) -> Name?
  ) throws(FileMistake) -> CapabilitySet<Name> {
    // `unknown` written out says that somebody looked and found nothing; it is not a name.
    if try yaml.strings(key) == ["unknown"] { return .unknown }
    return try yaml.names(key, known: known, read: read).map(CapabilitySet.known) ?? .unknown
  }
}
