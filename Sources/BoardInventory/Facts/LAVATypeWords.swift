internal import Matcher

/// What LAVA's own table says of a device type's processor; a lab's admins may fill it in, LAVA itself never does
/// (lava_scheduler_app/models.py:DeviceType).
///
/// Of the columns, `architecture` names the instruction set in free text, and `bits` says which one of a family is
/// meant. `processor`, `cores`, `core_count` and `cpu_model` are labels for people: a Cortex-A53 runs the code of two
/// architectures, and a name like OMAP4430 says nothing that could be looked up.
public struct LAVATypeWords: Hashable, Sendable {
  /// `devicetype.architecture`.
  public let architecture: String
  /// `devicetype.bits`.
  public let bits: Int?

  /// The words of a row.
  public init(architecture: String, bits: Int? = nil) {
    self.architecture = architecture
    self.bits = bits
  }

  /// What it says, or the word as it is when it is no name anybody knows.
  var statement: Statement {
    let word = architecture.lowercased()
    guard let name = bits.flatMap({ Self.families[word]?[$0] }) ?? Architecture(normalizing: word)?.name else {
      return Statement(.lavaType, unread: [.architectures: [architecture]])
    }
    return Statement(.lavaType, names: [.architectures: [name]])
  }

  /// Words that mean a family, and its members by the width of their registers.
  private static let families: [String: [Int: String]] = [
    "arm": [32: "arm", 64: "arm64"], "x86": [32: "i386", 64: "x86_64"], "mips": [32: "mips", 64: "mips64"],
    "mipsel": [32: "mipsel", 64: "mips64el"], "powerpc": [32: "ppc", 64: "ppc64"], "ppc": [32: "ppc", 64: "ppc64"],
    "riscv": [32: "riscv32", 64: "riscv64"], "risc-v": [32: "riscv32", 64: "riscv64"], "sparc": [64: "sparc64"],
  ]
}
