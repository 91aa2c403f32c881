/// A way a board boots, by LAVA's name for it in a job's `boot.method` (lava_common/schemas/boot).
///
/// An artifact's bootloader is a boot method too: an image that brings U-Boot boots only where U-Boot does.
public struct BootMethod: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// LAVA's name, lower case, for example `u-boot`.
  public let name: String

  /// Reads LAVA's names and the producers' words for the same thing (`uboot`, `grub2`, `edk2`, `lk` …).
  ///
  /// Answers nil for a word that could be no method at all: empty, over 50 characters, or with characters other
  /// than letters, digits, `-` and `_`.
  public init?(normalizing word: String) {
    guard let slug = Slug(word) else { return nil }
    self.name = Self.synonyms[slug.text] ?? slug.text
  }

  /// The name alone.
  public var description: String { name }

  /// Orders by name.
  public static func < (left: Self, right: Self) -> Bool { left.name < right.name }

  private static let synonyms: [String: String] = [
    "uboot": "u-boot", "das-u-boot": "u-boot", "x-loader": "u-boot", "mlo": "u-boot",
    "grub2": "grub", "grubhd0": "grub",
    "efi": "uefi", "edk2": "uefi",
    "coreboot": "depthcharge",
    "abl": "fastboot", "lk": "fastboot",
  ]
}
