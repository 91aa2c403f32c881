internal import CLibPQ

/// The hosts of a connection string, which libpq tries in order. Needed only to go on after one that stays silent:
/// libpq itself can be told to stop waiting, but not to go to the next.
struct HostList {
  private var hosts: [String]
  private var addresses: [String]
  private var ports: [String]

  init(_ keywords: [String: String]) {
    func list(_ name: String) -> [String] {
      (keywords[name] ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    hosts = list("host")
    addresses = list("hostaddr")
    ports = list("port")
  }

  /// Drops the hosts up to and with the given one.
  ///
  /// - Returns: false if none is left.
  mutating func advance(past silent: Host, in keywords: inout [String: String]) -> Bool {
    let count = max(hosts.count, addresses.count)
    guard count > 1 else { return false }
    let position =
      (0..<count).first { index in
        let name = index < hosts.count && !hosts[index].isEmpty ? hosts[index] : addresses[safe: index] ?? ""
        let port = ports.count == 1 ? ports[0] : ports[safe: index] ?? ""
        return name == silent.name && (port.isEmpty || port == silent.port)
      } ?? 0
    hosts.removeFirst(min(position + 1, hosts.count))
    addresses.removeFirst(min(position + 1, addresses.count))
    if ports.count > 1 { ports.removeFirst(min(position + 1, ports.count)) }
    if hosts.isEmpty && addresses.isEmpty { return false }
    if keywords["host"] != nil { keywords["host"] = hosts.joined(separator: ",") }
    if keywords["hostaddr"] != nil { keywords["hostaddr"] = addresses.joined(separator: ",") }
    if keywords["port"] != nil { keywords["port"] = ports.joined(separator: ",") }
    return true
  }

  /// The host that a connection is trying just now.
  struct Host: Equatable, CustomStringConvertible {
    let name: String
    let port: String

    init(_ connection: OpaquePointer) {
      name = PQhost(connection).map { String(cString: $0) } ?? ""
      port = PQport(connection).map { String(cString: $0) } ?? ""
    }

    var description: String { "\(name) port \(port)" }
  }
}

extension Array {
  fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
