internal import BuildEvents

/// Where requests of ours may go: `outbound` in `config.yaml`. Pure; names are resolved elsewhere.
///
/// Whoever may send events could otherwise let the server ask any address the server reaches.
public struct OutboundPolicy: Hashable, Sendable {
  private(set) var hosts: [HostPattern]
  private(set) var ranges: [AddressRange]
  private(set) var privateHosts: [HostPattern]

  /// Nothing is allowed.
  public static let nothing = OutboundPolicy(hosts: [], ranges: [], privateHosts: [])

  init(hosts: [HostPattern], ranges: [AddressRange], privateHosts: [HostPattern]) {
    self.hosts = hosts
    self.ranges = ranges
    self.privateHosts = privateHosts
  }

  /// Why a request may not go there; nil when it may, as far as the text of the URL tells.
  public func refusal(of url: OutboundURL) -> OutboundRefusal? {
    let fitting = hosts.filter { $0.fits(url.host) }
    guard !fitting.isEmpty else {
      return OutboundRefusal(
        .host, "the host '\(url.host)' is not among those that may be asked",
        mend: "the lab can add it to 'outbound: {hosts: []}' in config.yaml")
    }
    guard fitting.contains(where: { $0.fits(port: url.port, isUsual: url.hasUsualPort) }) else {
      return OutboundRefusal(
        .port, "port \(url.port) of '\(url.host)' may not be asked",
        mend: "the lab can write '\(url.host):\(url.port)' in 'outbound: {hosts: []}' of config.yaml")
    }
    return url.address.flatMap { refusal(of: $0, for: url.host) }
  }

  /// Why no connection may be made to an address that a host's name led to; nil when one may.
  func refusal(of address: IPAddress, for host: String) -> OutboundRefusal? {
    let kind = address.kind
    if kind == .isPublic { return nil }
    if kind.yieldsToRanges, ranges.contains(where: { $0.contains(address) }) { return nil }
    if kind.yieldsToNames, privateHosts.contains(where: { $0.fits(host) }) { return nil }
    let what = host == address.description ? "'\(host)'" : "'\(host)' leads to \(address), which"
    return OutboundRefusal(
      .address, "\(what) is no public address (\(kind.rawValue))",
      mend: kind.yieldsToRanges
        ? "the lab can allow it by 'outbound: {private: [\(kind.yieldsToNames ? host : "\(address)")]}' in config.yaml"
        : nil
    )
  }

  /// The same, and one URL's host and port, which the lab's own files name. A private address is allowed by that only
  /// where the file itself writes the address, or `localhost`: where a name leads is not in the lab's hands.
  public func naming(_ url: OutboundURL) -> OutboundPolicy {
    var policy = self
    policy.hosts.append(HostPattern(name: url.host, ports: .one(url.port)))
    if let address = url.address {
      policy.ranges.append(AddressRange(address, address.bytes.count * 8))
    } else if url.host == "localhost" {
      policy.privateHosts.append(HostPattern(name: url.host, ports: .any))
    }
    return policy
  }
}

/// Why a request is not made. Asking again is no use until somebody changes the file.
public struct OutboundRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// What stood against it.
  public enum Reason: String, Hashable, Sendable {
    /// No http or https URL as it should be.
    case url
    /// The host is not on the list.
    case host
    /// The port is not.
    case port
    /// The host leads to no public address.
    case address
    /// A redirect from https to http.
    case downgrade
  }

  /// What stood against it.
  public let reason: Reason
  /// What is wrong.
  public let message: String
  /// What would help.
  public let mend: String?

  init(_ reason: Reason, _ message: String, mend: String? = nil) {
    self.reason = reason
    self.message = message
    self.mend = mend
  }

  /// One line.
  public var description: String { mend.map { "\(message); \($0)" } ?? message }
}
