import BoardInventory
import LabSupport
import Matcher
import Testing

/// Protects that a family added later reaches every type that can take it, and no other.
@Suite("Image families from boot and deploy methods")
struct ImageFamilyTests {
  private static let table = """
    ways:
      network: {boot: [u-boot, grub], deploy: [tftp, nbd]}
      flash: {boot: [fastboot], deploy: [fastboot]}
    families:
      nano: [network]
      android: [flash]
      oe: [network, flash]
    """

  private func families(_ boot: String, _ deploy: String, _ more: String = "") throws -> CapabilitySet<ImageFamily> {
    let folder = try TemporaryFolder([
      "families.yaml": Self.table + "\n",
      "b.yaml": "device_type: b\nboot_methods: \(boot)\ndeploy_methods: \(deploy)\n\(more)",
    ])
    return try DeviceCatalogue(folders: [folder.path]).capabilities(of: "b").imageFamilies
  }

  private func mistake(_ text: String) -> String? {
    do {
      _ = try ImageFamilyTable().overlaid(by: YAMLFile.mapping(text: text, file: "families.yaml"))
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test("A way needs one of its boot methods and one of its deploy methods")
  func ways() throws {
    #expect(try families("[u-boot, dfu]", "[nbd]").elements.map(\.name) == ["nano", "oe"])
    #expect(try families("[u-boot, fastboot]", "[fastboot]").elements.map(\.name) == ["android", "oe"])
    #expect(try families("[u-boot]", "[fastboot]") == .known([]), "methods of two ways do not make one")
  }

  @Test("Not knowing how a board boots is not knowing what it takes; a list of its own is believed")
  func unknownAndOwn() throws {
    #expect(try families("unknown", "[tftp]") == .unknown)
    #expect(try families("[u-boot]", "unknown") == .unknown)
    #expect(try families("[u-boot]", "[tftp]", "image_families: [special]\n").elements.map(\.name) == ["special"])
    #expect(try families("[u-boot]", "[tftp]", "image_families: []\n") == .known([]))
  }

  @Test("A lab's table adds families by the shipped ways or its own, replaces one, and leaves the others")
  func overlay() throws {
    let own = try TemporaryFolder([
      "families.yaml": """
      ways: {network: {boot: [u-boot], deploy: [nbd]}}
      families: {mine: network, nano: [flash]}

      """
    ])
    let shipped = try TemporaryFolder([
      "families.yaml": Self.table + "\n",
      "tftp.yaml": "device_type: tftp\nboot_methods: [u-boot]\ndeploy_methods: [tftp]\n",
      "nbd.yaml": "device_type: nbd\nboot_methods: [u-boot]\ndeploy_methods: [nbd]\n",
    ])
    let catalogue = try DeviceCatalogue(folders: [own.path, shipped.path])
    #expect(catalogue.capabilities(of: "tftp").imageFamilies.elements.map(\.name) == ["oe"])
    #expect(catalogue.capabilities(of: "nbd").imageFamilies.elements.map(\.name) == ["mine", "oe"])
    #expect(catalogue.entries["nbd"]?.sources["image_families"]?.contains(own.path + "/families.yaml") == true)
    #expect(catalogue.entries["families"] == nil)
  }

  @Test("What a lab's file says of a type's methods decides its families, not what the shipped file said")
  func mergedFirst() throws {
    let own = try TemporaryFolder(["b.yaml": "device_type: b\nboot_methods: [fastboot]\ndeploy_methods: [fastboot]\n"])
    let shipped = try TemporaryFolder([
      "families.yaml": Self.table + "\n", "b.yaml": "device_type: b\nboot_methods: [u-boot]\ndeploy_methods: [tftp]\n",
    ])
    let catalogue = try DeviceCatalogue(folders: [own.path, shipped.path])
    #expect(catalogue.capabilities(of: "b").imageFamilies.elements.map(\.name) == ["android", "oe"])
  }

  @Test(
    "Every kind of mistake is named with its line",
    arguments: [
      ("way: {}\n", "families.yaml:1: unknown key 'way'; did you mean 'ways'?"),
      (
        "ways:\n  network: {boot: [u-boot]}\nfamilies:\n  nano: [netwrk]\n",
        "families.yaml:4: no way 'netwrk' is described; did you mean 'network'?"
      ),
      ("ways:\n  n: {boots: [u-boot]}\n", "families.yaml:2: unknown key 'boots'; did you mean 'boot'?"),
      ("ways:\n  n: {}\n", "families.yaml:2: the way 'n' asks for nothing; name its boot or deploy methods"),
      ("ways:\n  n: {boot: [u boot]}\n", "families.yaml:2: 'u boot' in 'boot' is no name anybody knows"),
      ("families: {'a b': []}\n", "families.yaml:1: 'a b' can be no image family's name"),
    ])
  func mistakes(text: String, expected: String) {
    #expect(mistake(text) == expected)
  }
}
