/// FNV-1a: a number made of texts that is the same in every process, which `Hasher` is not. Not for secrets.
public struct StableHash: Hashable, Sendable {
  /// The number so far.
  public private(set) var value: UInt64

  /// Begins, for another seed with another number.
  public init(seed: UInt64 = 0) { value = 0xcbf2_9ce4_8422_2325 ^ seed }

  /// Mixes a text in.
  public mutating func combine(_ text: String) {
    for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }

  /// Mixes in that a text ended, so that `ab`, `c` and `a`, `bc` differ.
  public mutating func separate() { value = value &* 0x100_0000_01b3 }
}
