import Matcher
import Testing

@Suite("Names from the field are normalised by one table")
struct NamesTests {
  @Test(arguments: [
    ("aarch64", "arm64"), ("ARM64", "arm64"), ("arm64-v8a", "arm64"), ("amd64", "x86_64"), ("x86-64", "x86_64"),
    ("armhf", "arm"), ("armel", "arm"), ("armv7l", "arm"), ("armeabi-v7a", "arm"), ("i686", "i386"),
    ("riscv", "riscv64"), ("powerpc64le", "ppc64le"), ("loong64", "loongarch64"), ("aarch64_be", "arm64be"),
  ])
  func architectures(word: String, canonical: String) {
    #expect(Architecture(normalizing: word)?.name == canonical)
  }

  /// Protects against the words that lie: bare x86 is two architectures, um is no board.
  @Test(arguments: ["x86", "um", "", "arm 64", "sparc9000"])
  func nobodyKnows(word: String) {
    #expect(Architecture(normalizing: word) == nil)
  }

  @Test func canonicalNamesAreFixedPoints() {
    for name in Architecture.knownNames { #expect(Architecture(normalizing: name)?.name == name) }
  }

  @Test(arguments: [
    ("U-Boot", "u-boot"), ("uboot", "u-boot"), ("grub2", "grub"), ("edk2", "uefi"), ("lk", "fastboot"),
    ("grub-efi", "grub-efi"), ("depthcharge", "depthcharge"),
  ])
  func bootMethods(word: String, name: String) {
    #expect(BootMethod(normalizing: word)?.name == name)
  }

  @Test func wordsThatAreNoSlugs() {
    #expect(BootMethod(normalizing: "u boot") == nil)
    #expect(ImageFamily(normalizing: "nano\n") == nil)
    #expect(DeployMethod(normalizing: String(repeating: "a", count: 51)) == nil)
  }

  /// Protects against guessing by prefix, and against losing a match over spelling.
  @Test func deviceTypeSpelling() {
    #expect(DeviceTypeName("iMX53_loco") == DeviceTypeName("imx53-loco"))
    #expect(DeviceTypeName("juno.r2") == DeviceTypeName("juno-r2"))
    #expect(DeviceTypeName("panda") != DeviceTypeName("panda-es"))
    #expect(Set([DeviceTypeName("A_b"), DeviceTypeName("a-B")]).count == 1)
  }
}
