/// A UUID of version 1 (RFC 9562, 5.1), which LAVA's events have for an id. The node is a random number and not a network
/// card's, as the RFC allows (6.10).
enum TimeUUID {
  /// - Parameter microseconds: since 1970 UTC.
  static func text(_ microseconds: Int64, using random: inout some RandomNumberGenerator) -> String {
    // 100 ns steps since 15 October 1582.
    let steps = UInt64(bitPattern: microseconds &* 10) &+ 0x01B2_1DD2_1381_4000
    let high = UInt64(0x1000) | (steps >> 48) & 0x0FFF
    let sequence = UInt64(0x8000) | UInt64.random(in: 0...0x3FFF, using: &random)
    let node = (UInt64(1) << 40) | UInt64.random(in: 0...0xFFFF_FFFF_FFFF, using: &random)
    return [
      hex(steps & 0xFFFF_FFFF, 8), hex((steps >> 32) & 0xFFFF, 4), hex(high, 4), hex(sequence, 4), hex(node, 12),
    ].joined(separator: "-")
  }

  private static func hex(_ number: UInt64, _ width: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: width - digits.count) + digits
  }
}
