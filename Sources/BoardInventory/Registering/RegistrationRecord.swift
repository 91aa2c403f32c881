/// A row of `boardcast.registration`: what was applied last for one board.
public struct RegistrationRecord: Hashable, Sendable {
  /// What a file said of LAVA's rows; nil for what it was silent on.
  public struct Applied: Hashable, Sendable, Codable {
    /// LAVA's device type.
    public var deviceType: String?
    /// The worker.
    public var worker: String?
    /// The tags, sorted.
    public var tags: [String]?
    /// LAVA's description.
    public var description: String?
    /// `--prune` retired the board, so that the return of its file brings it back.
    public var isRetired: Bool?
    /// LAVA rendered the dictionary and found it valid since it was written.
    public var isAccepted: Bool?

    enum CodingKeys: String, CodingKey {
      case deviceType = "device_type"
      case worker, tags, description
      case isRetired = "retired"
      case isAccepted = "accepted"
    }

    /// Nothing was said.
    public init() {}
  }

  /// What this board can run where it differs from its type.
  public var capabilities: RegisteredCapabilities
  /// What a file said of LAVA's rows.
  public var applied: Applied
  /// SHA-256 in hex of the dictionary as it was written; nil when the file had none.
  public var dictionary: String?
  /// `file:line`.
  public var source: String

  /// A record from its parts.
  public init(
    capabilities: RegisteredCapabilities = .init(), applied: Applied = .init(), dictionary: String? = nil,
    source: String
  ) {
    self.capabilities = capabilities
    self.applied = applied
    self.dictionary = dictionary
    self.source = source
  }

  /// The file of the source, without its line.
  public var file: String {
    guard let colon = source.lastIndex(of: ":") else { return source }
    return String(source[..<colon])
  }
}
