/// One entry of `outbound.hosts`: a host, perhaps all below a domain, and the ports that count.
struct HostPattern: Hashable, Sendable {
  /// Lower case; without the leading `*.`.
  let name: String
  let isWild: Bool
  let ports: Ports

  enum Ports: Hashable, Sendable {
    /// 80 for http, 443 for https.
    case usual
    case one(Int)
    case any
  }

  /// Reads `ci.example.org`, `*.example.org`, `ci.example.org:8080`, `10.1.2.3:*`, `[fd00::1]:8080`; nil for anything
  /// else. `*` alone is every host.
  init?(_ text: String) {
    var rest = Substring(text.lowercased())
    if rest.hasPrefix("[") {
      guard let close = rest.firstIndex(of: "]") else { return nil }
      let inner = String(rest[rest.index(after: rest.startIndex)..<close])
      guard let address = IPAddress(inner), address.bytes.count == 16 else { return nil }
      (name, isWild) = (address.description, false)
      rest = rest[rest.index(after: close)...]
    } else {
      var host = rest.prefix { $0 != ":" }
      rest = rest[host.endIndex...]
      let isAny = host == "*"
      isWild = isAny || host.hasPrefix("*.")
      host = isAny ? "" : isWild ? host.dropFirst(2) : host
      guard isAny || OutboundURL.isName(host) else { return nil }
      name = String(host.hasSuffix(".") ? host.dropLast() : host)
    }
    switch rest {
    case "": ports = .usual
    case ":*": ports = .any
    default:
      guard rest.hasPrefix(":"), let port = Int(rest.dropFirst()), 1...65535 ~= port else { return nil }
      ports = .one(port)
    }
  }

  init(name: String, ports: Ports) {
    self.name = name
    self.isWild = false
    self.ports = ports
  }

  /// Whether the host fits, whatever the port.
  func fits(_ host: String) -> Bool {
    guard isWild else { return host == name }
    return name.isEmpty || host.hasSuffix("." + name)
  }

  func fits(port: Int, isUsual: Bool) -> Bool {
    switch ports {
    case .usual: isUsual
    case .one(let only): port == only
    case .any: true
    }
  }
}
