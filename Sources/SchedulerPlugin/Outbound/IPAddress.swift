import Foundation

/// An address of the network: 4 bytes or 16.
struct IPAddress: Hashable, Sendable, CustomStringConvertible {
  /// In network order.
  let bytes: [UInt8]

  /// An address of 4 or 16 bytes; an IPv4-mapped one (RFC 4291, 2.5.5.2) becomes the IPv4 address that it is.
  init?(bytes: [UInt8]) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    self.bytes = bytes.starts(with: mapped) ? Array(bytes[12...]) : bytes
  }

  /// Reads what `inet_pton` reads: four decimal numbers, or IPv6 without brackets and zone. The HTTP client takes the
  /// same texts for addresses; every other spelling (`0x7f.1`, `2130706433`) is a name and gets resolved.
  init?(_ text: String) {
    guard !text.utf8.contains(0) else { return nil }
    var four = [UInt8](repeating: 0, count: 4)
    if inet_pton(AF_INET, text, &four) == 1 {
      self.init(bytes: four)
      return
    }
    var sixteen = [UInt8](repeating: 0, count: 16)
    guard inet_pton(AF_INET6, text, &sixteen) == 1 else { return nil }
    self.init(bytes: sixteen)
  }

  /// As people write it, without brackets.
  var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count)) != nil else {
      return "?"
    }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// A network: an address, and how many of its first bits count.
struct AddressRange: Hashable, Sendable {
  let address: IPAddress
  /// 0 to 32, or to 128.
  let bits: Int

  /// Reads `10.1.0.0/16`, `fd00::/8`, or one address. Nil for anything else, and for an address with bits set behind the
  /// prefix: that is nearly always a slip.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let first = parts.first, parts.count <= 2, let address = IPAddress(String(first)) else { return nil }
    let all = address.bytes.count * 8
    guard let bits = parts.count == 2 ? Int(parts[1]) : all, 0...all ~= bits else { return nil }
    self.init(address, bits)
    let isClean = (bits..<all).allSatisfy { address.bytes[$0 / 8] & (0x80 >> UInt8($0 % 8)) == 0 }
    guard isClean else { return nil }
  }

  init(_ address: IPAddress, _ bits: Int) {
    self.address = address
    self.bits = bits
  }

  func contains(_ other: IPAddress) -> Bool {
    guard other.bytes.count == address.bytes.count else { return false }
    let whole = bits / 8
    guard other.bytes[..<whole] == address.bytes[..<whole] else { return false }
    guard bits % 8 > 0 else { return true }
    let mask = ~(UInt8(0xFF) >> UInt8(bits % 8))
    return other.bytes[whole] & mask == address.bytes[whole] & mask
  }
}
