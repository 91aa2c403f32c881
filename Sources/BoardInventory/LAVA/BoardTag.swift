internal import Crypto

/// The tag that names one board, so that LAVA 2023.01, which knows no other way, gives a job to just that board.
///
/// LAVA's tag column holds 50 characters (100 since 2026.07), and its forms take letters, digits, `-` and `_`.
public enum BoardTag {
  /// Stands in a shape where the board's own tag goes, or its name. No hostname makes it: LAVA's hostnames hold no `+`.
  public static let placeholder = "board+to+be+named"

  private static let prefix = "board-"
  private static let longest = 50

  /// The board's tag: `board-HOSTNAME` where that is a tag, else a readable part of the name and a digest of it.
  /// A hostname that ends like a digest gets one of its own, so that it cannot be another board's tag.
  public static func name(for hostname: String) -> String {
    if prefix.utf8.count + hostname.utf8.count <= longest - 9, hostname.utf8.allSatisfy(isSlug),
      hostname.wholeMatch(of: /.*-[0-9a-f]{16}/) == nil
    {
      return prefix + hostname
    }
    let digest = SHA256.hash(data: Array(hostname.utf8)).prefix(8).map { hex($0) }.joined()
    let readable = String(
      decoding: hostname.utf8.filter(isSlug).prefix(longest - prefix.utf8.count - 17), as: UTF8.self)
    return "\(prefix)\(readable)-\(digest)"
  }

  private static func isSlug(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func hex(_ byte: UInt8) -> String {
    let digits = Array("0123456789abcdef")
    return String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
  }
}
