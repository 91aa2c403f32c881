internal import BoardInventory

extension OutboundPolicy {
  /// Reads `outbound: {hosts: [ci.example.org, '*.kernelci.org'], private: [10.1.0.0/16, ci.lab.example]}`; nothing is
  /// allowed where it is absent.
  ///
  /// Throws `FileMistake` for an unknown key and for a word that is no host, network or address.
  init(_ yaml: FileMapping) throws(FileMistake) {
    self = .nothing
    guard let outbound = try yaml.mapping("outbound") else { return }
    try outbound.refuseKeys(otherThan: ["hosts", "private"])
    var hosts: [HostPattern] = []
    for word in try outbound.strings("hosts") ?? [] {
      guard let pattern = HostPattern(word) else {
        throw outbound.mistake(
          "hosts", "'\(word)' is no host", mend: "write for example ci.example.org, '*.example.org' or ci.lab:8080")
      }
      hosts.append(pattern)
    }
    var ranges: [AddressRange] = []
    var names: [HostPattern] = []
    for word in try outbound.strings("private") ?? [] {
      if let range = AddressRange(word) {
        ranges.append(range)
      } else if let pattern = HostPattern(word), !pattern.isWild, pattern.ports == .usual,
        !word.allSatisfy({ $0.isNumber || $0 == "." })
      {
        names.append(pattern)
      } else {
        throw outbound.mistake(
          "private", "'\(word)' is no network, address or host",
          mend: "write for example 10.1.0.0/16, fd00:1::/32 or ci.lab.example")
      }
    }
    self.init(hosts: hosts, ranges: ranges, privateHosts: names)
  }
}
