/// What an address is for, where it is not one of the public Internet (IANA's special-purpose address registries).
enum AddressKind: String, Hashable, Sendable {
  case isPublic = "public"
  case loopback
  /// RFC 1918, and IPv6's unique local addresses.
  case isPrivate = "private"
  case linkLocal = "link-local"
  /// Between a provider and its customers (RFC 6598).
  case shared = "carrier-grade NAT"
  /// Where clouds tell machines their secrets.
  case metadata = "cloud metadata"
  case multicast
  case unspecified
  /// Tunnels that carry another address inside, which nobody here checks: 6to4, Teredo, ISATAP, local NAT64.
  case tunnel
  /// Documentation, benchmarks, and what nobody was given.
  case reserved

  /// Whether an address of this kind may be let in by the name of a host alone.
  var yieldsToNames: Bool { [.loopback, .isPrivate, .linkLocal, .shared].contains(self) }

  /// Whether an address of this kind may be let in at all.
  var yieldsToRanges: Bool { self != .multicast && self != .unspecified }
}

extension IPAddress {
  /// What it is for.
  var kind: AddressKind {
    if let inner = translated { return inner.kind }
    // ISATAP can sit behind any prefix (RFC 5214, 6.1).
    if bytes.count == 16, bytes[9..<12] == [0, 0x5E, 0xFE], bytes[8] & 0xFD == 0 { return .tunnel }
    if let named = Self.table.first(where: { $0.range.contains(self) }) { return named.kind }
    // Of IPv6 only 2000::/3 is given out as global unicast.
    return bytes.count == 4 || bytes[0] & 0xE0 == 0x20 ? .isPublic : .reserved
  }

  /// The IPv4 address that a NAT64 of the well-known prefix reaches (RFC 6052).
  private var translated: IPAddress? {
    Self.wellKnownNAT64?.contains(self) == true ? IPAddress(bytes: Array(bytes[12...])) : nil
  }

  private static let wellKnownNAT64 = AddressRange("64:ff9b::/96")

  /// The first that holds counts.
  private static let table: [(range: AddressRange, kind: AddressKind)] = [
    ("169.254.169.254/32", .metadata), ("169.254.170.2/32", .metadata), ("100.100.100.200/32", .metadata),
    ("168.63.129.16/32", .metadata), ("192.0.0.192/32", .metadata), ("fd00:ec2::254/128", .metadata),
    ("0.0.0.0/8", .unspecified), ("10.0.0.0/8", .isPrivate), ("100.64.0.0/10", .shared), ("127.0.0.0/8", .loopback),
    ("169.254.0.0/16", .linkLocal), ("172.16.0.0/12", .isPrivate), ("192.0.0.0/24", .reserved),
    ("192.0.2.0/24", .reserved), ("192.88.99.0/24", .tunnel), ("192.168.0.0/16", .isPrivate),
    ("198.18.0.0/15", .reserved), ("198.51.100.0/24", .reserved), ("203.0.113.0/24", .reserved),
    ("224.0.0.0/4", .multicast), ("240.0.0.0/4", .reserved),
    ("::/128", .unspecified), ("::1/128", .loopback), ("::/96", .tunnel), ("64:ff9b:1::/48", .tunnel),
    ("100::/64", .reserved), ("2001::/32", .tunnel), ("2001::/23", .reserved), ("2001:db8::/32", .reserved),
    ("2002::/16", .tunnel), ("3fff::/20", .reserved), ("fc00::/7", .isPrivate), ("fe80::/10", .linkLocal),
    ("fec0::/10", .isPrivate), ("ff00::/8", .multicast),
  ].compactMap { text, kind in AddressRange(text).map { ($0, kind) } }

  /// How many lines the table has; a line that cannot be read would open what it closes.
  static var tableSize: Int { table.count }
}
