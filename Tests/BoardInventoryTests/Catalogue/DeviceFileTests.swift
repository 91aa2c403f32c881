import BoardInventory
import LabSupport
import Matcher
import Testing

/// Protects what the matcher is told about device types: a typo must never quietly become "runs nothing".
@Suite("Device type files")
struct DeviceFileTests {
  private func mistake(_ text: String) -> String? {
    do {
      _ = try DeviceTypeEntry(YAMLFile.mapping(text: text, file: "f.yaml"))
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test("All four kinds are read, normalised, and keep their sources")
  func whole() throws {
    let entry = try DeviceTypeEntry(
      YAMLFile.mapping(
        text: """
          device_type: juno
          architectures: [aarch64, ARM]
          image_families: nano
          boot_methods: [U-Boot]
          deploy_methods: []
          device_tree: arm/juno.dtb
          sources:
            architectures: somebody looked
            device_tree: somebody else
          """, file: "f.yaml"))
    #expect(entry.deviceType == "juno")
    let capabilities = entry.capabilities
    #expect(capabilities.architectures.elements.map(\.name).sorted() == ["arm", "arm64"])
    #expect(capabilities.imageFamilies.elements.map(\.name) == ["nano"])
    #expect(capabilities.bootMethods.elements.map(\.name) == ["u-boot"])
    #expect(capabilities.deployMethods == .known([]))
    #expect(entry.deviceTree == "arm/juno.dtb")
    #expect(entry.sources == ["architectures": "somebody looked", "device_tree": "somebody else"])
    #expect(entry.file == "f.yaml")
  }

  @Test("A kind nobody wrote down, and one that says unknown, are unknown, which is not the same as none")
  func unknown() throws {
    let entry = try DeviceTypeEntry(
      YAMLFile.mapping(text: "device_type: x\narchitectures: unknown\nimage_families: []\n", file: "f.yaml"))
    #expect(!entry.capabilities.architectures.isKnown)
    #expect(!entry.capabilities.bootMethods.isKnown)
    #expect(entry.capabilities.imageFamilies.isKnown)
  }

  @Test(
    "Every kind of mistake is named with its line",
    arguments: [
      (
        "device_type: x\narchitectures: [arm64, x86_4]\n",
        "f.yaml:2: 'x86_4' in 'architectures' is no name anybody knows; did you mean 'x86_64'?"
      ),
      ("device_type: x\nboot_methds: [u-boot]\n", "f.yaml:2: unknown key 'boot_methds'; did you mean 'boot_methods'?"),
      ("architectures: [arm]\n", "f.yaml:1: 'device_type' is missing; name LAVA's device type"),
      ("device_type: \narchitectures: [arm]\n", "f.yaml:1: 'device_type' is missing"),
      ("device_type: x\nsources:\n  architecture: y\n", "f.yaml:3: unknown key 'architecture'; did you mean"),
      ("device_type: x\nboot_methods: {a: b}\n", "f.yaml:2: 'boot_methods' must be a word or a list of words"),
      ("device_type: x\nimage_families: ['two words']\n", "f.yaml:2: 'two words' in 'image_families' is no name"),
      ("device_type: x\ndevice_type: y\n", "the key device_type stands there twice"),
    ])
  func mistakes(text: String, expected: String) {
    #expect(mistake(text)?.contains(expected) == true, "\(mistake(text) ?? "no mistake")")
  }

  @Test("A name longer than LAVA's column is refused, one that just fits is not")
  func longName() {
    #expect(mistake("device_type: \(String(repeating: "x", count: 50))\n") == nil)
    #expect(mistake("device_type: \(String(repeating: "x", count: 51))\n")?.contains("is over 50 characters") == true)
  }

  @Test("Two files for one type in one folder are refused, because nobody could say which one counts")
  func twice() throws {
    let folder = try TemporaryFolder(["a.yaml": "device_type: x\n", "b.yaml": "device_type: x\n"])
    #expect(
      throws: FileMistake(
        file: folder.path + "/b.yaml", message: "device type x is described in \(folder.path)/a.yaml too",
        mend: "keep one file")
    ) { try DeviceCatalogue(folders: [folder.path]) }
  }

  @Test("The lab's own folder wins kind by kind, and the shipped one fills what it leaves open")
  func ownFolderWins() throws {
    let own = try TemporaryFolder([
      "q.yaml": "device_type: qemu\narchitectures: [x86_64]\nsources: {architectures: we}\n"
    ])
    let shipped = try TemporaryFolder([
      "qemu.yaml":
        "device_type: qemu\narchitectures: [arm64]\nboot_methods: [qemu]\ndevice_tree: q.dtb\n"
        + "sources: {architectures: they, boot_methods: they}\n",
      "other.yaml": "device_type: other\nboot_methods: [grub]\n",
    ])
    let catalogue = try DeviceCatalogue(folders: [own.path, own.path + "/none", shipped.path])
    let qemu = catalogue.capabilities(of: "qemu")
    #expect(qemu.architectures.elements.map(\.name) == ["x86_64"])
    #expect(qemu.bootMethods.elements.map(\.name) == ["qemu"])
    #expect(catalogue.entries["qemu"]?.deviceTree == "q.dtb")
    #expect(catalogue.entries["qemu"]?.sources == ["architectures": "we", "boot_methods": "they"])
    #expect(catalogue.entries["qemu"]?.file == own.path + "/q.yaml")
    #expect(catalogue.capabilities(of: "other").bootMethods.elements.map(\.name) == ["grub"])
    #expect(!catalogue.capabilities(of: "nobody").isDescribed)
  }
}
