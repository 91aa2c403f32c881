public import Matcher

/// What one file of a `devices/` folder says about a device type.
public struct DeviceTypeEntry: Hashable, Sendable {
  /// LAVA's name of the type.
  public let deviceType: String
  /// What boards of the type can run; kinds the file is silent on are unknown.
  public let capabilities: Capabilities
  /// The kernel's name of the board's device tree blob, for example `r8a7743-iwg20d-q7.dtb`, with the folder below
  /// `dts/` where it is in one; nil when nobody said.
  public let deviceTree: String?
  /// Where each fact comes from, by the key of the file (`architectures` …); free text.
  public let sources: [String: String]
  /// The file it was read from.
  public let file: String

  /// An entry from its parts.
  public init(
    deviceType: String, capabilities: Capabilities, deviceTree: String? = nil, sources: [String: String], file: String
  ) {
    self.deviceType = deviceType
    self.capabilities = capabilities
    self.deviceTree = deviceTree
    self.sources = sources
    self.file = file
  }
}
