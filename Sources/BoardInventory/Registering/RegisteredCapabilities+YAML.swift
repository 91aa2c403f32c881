internal import Matcher

extension RegisteredCapabilities {
  /// Reads the mapping under `capabilities:`. Throws `FileMistake` for an unknown kind or a name nobody knows.
  init(_ yaml: FileMapping) throws(FileMistake) {
    self.init()
    try yaml.refuseKeys(otherThan: CodingKeys.allCases.map(\.rawValue))
    architectures = try Self.names(yaml, .architectures, known: Architecture.knownNames) {
      Architecture(normalizing: $0)?.description
    }
    imageFamilies = try Self.names(yaml, .imageFamilies) { ImageFamily(normalizing: $0)?.name }
    bootMethods = try Self.names(yaml, .bootMethods) { BootMethod(normalizing: $0)?.name }
    deployMethods = try Self.names(yaml, .deployMethods) { DeployMethod(normalizing: $0)?.description }
    deviceTree = try yaml.string(CodingKeys.deviceTree.rawValue)
  }

  private static func names(
    _ yaml: FileMapping, _ key: CodingKeys, known: [String] = [], _ read: (String) -> String?
  ) throws(FileMistake) -> [String]? {
    try yaml.names(key.rawValue, known: known, read: read)?.sorted()
  }
}
