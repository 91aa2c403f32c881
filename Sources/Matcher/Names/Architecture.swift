/// A processor architecture by its canonical name.
///
/// Canonical names equal the ones LAVA's `qemu` device type takes in a job's `context.arch`, because that is
/// what a job submits. Two names are equal exactly when their canonical names are equal: normalising never
/// widens (an x86_64 board that also runs i386 images says so in its capabilities).
public struct Architecture: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The canonical name, for example `arm64`.
  public let name: String

  /// Reads any name seen in the field, in any case: Debian's, Linux's, OpenEmbedded's, Buildroot's, Android's.
  ///
  /// Answers nil for a word nobody knows, and for `x86`, which means i386 to Android and both widths to Linux.
  public init?(normalizing word: String) {
    guard let name = Self.canonical[word.lowercased()] else { return nil }
    self.name = name
  }

  /// The canonical names, sorted.
  public static var knownNames: [String] { Self.synonyms.map(\.0).sorted() }

  /// The name alone.
  public var description: String { name }

  /// Orders by name.
  public static func < (left: Self, right: Self) -> Bool { left.name < right.name }

  private static let synonyms: [(String, [String])] = [
    ("arc", ["arcv2", "archs"]),
    (
      "arm",
      [
        "armhf", "armel", "armv7", "armv7l", "armv7a", "armv7hl", "armv6", "armv5", "armv5te", "armv4t",
        "armeabi", "armeabi-v7a",
      ]
    ),
    ("arm64", ["aarch64", "armv8", "armv8a", "arm64-v8a"]),
    ("arm64be", ["aarch64_be"]),
    ("armeb", ["armv7be"]),
    ("i386", ["i486", "i586", "i686", "ia32"]),
    ("loongarch64", ["loongarch", "loong64"]),
    ("m68k", []),
    ("mips", ["mips32"]),
    ("mips64", []),
    ("mips64el", []),
    ("mipsel", ["mips32el"]),
    ("ppc", ["powerpc", "ppc32"]),
    ("ppc64", ["powerpc64"]),
    ("ppc64le", ["powerpc64le", "ppc64el"]),
    ("riscv32", ["rv32"]),
    ("riscv64", ["riscv", "rv64", "rv64gc"]),
    ("s390x", ["s390"]),
    ("sh4", ["sh"]),
    ("sparc64", []),
    ("x86_64", ["amd64", "x86-64", "x64"]),
  ]

  private static let canonical: [String: String] = {
    var table: [String: String] = [:]
    for (name, others) in synonyms {
      table[name] = name
      for other in others { table[other] = name }
    }
    return table
  }()
}
