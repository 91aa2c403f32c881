public import Matcher

/// What one file of a `devices/` folder says about a device type.
public struct DeviceTypeEntry: Hashable, Sendable {
  /// LAVA's name of the type.
  public let deviceType: String
  /// What boards of the type can run; kinds the file is silent on are unknown.
  public let capabilities: Capabilities
  /// Where each fact comes from, by the key of the file (`architectures` …); free text.
  public let sources: [String: String]
  /// The file it was read from.
  public let file: String

  /// An entry from its parts.
  public init(deviceType: String, capabilities: Capabilities, sources: [String: String], file: String) {
    self.deviceType = deviceType
    self.capabilities = capabilities
    self.sources = sources
    self.file = file
  }
}
