import BoardInventory
import Foundation
import LabSupport
import Matcher
import Testing

/// Protects what Boardcast says of boards nobody described: facts with a source, or openly unknown.
@Suite("The shipped catalogue")
struct ShippedCatalogueTests {
  /// The root folders of the installed LAVAs, as far as the environment names them; each says its generation.
  private static let installed = Set(
    ["BOARDCAST_LAVA_ROOT", "BOARDCAST_LAVA_2026_ROOT"].compactMap { ProcessInfo.processInfo.environment[$0] }
  ).filter { !$0.isEmpty }.sorted()
  private static let oldest = installed.first {
    (try? String(contentsOfFile: $0 + "/boardcast/version", encoding: .utf8))?.hasPrefix("2023.01") == true
  }
  private static let folder = Lab.repository + "/devices"
  private let catalogue: DeviceCatalogue

  init() throws {
    catalogue = try DeviceCatalogue(folders: [Self.folder])
  }

  @Test("Every file loads, is named as its type, and says where each of its facts comes from")
  func files() throws {
    for file in YAMLFile.files(in: Self.folder) where !file.hasSuffix("/families.yaml") {
      let entry = try DeviceTypeEntry(file: file)
      #expect(file == "\(Self.folder)/\(entry.deviceType).yaml")
    }
    for entry in catalogue.entries.values {
      let known = [
        "architectures": entry.capabilities.architectures.isKnown,
        "image_families": entry.capabilities.imageFamilies.isKnown,
        "boot_methods": entry.capabilities.bootMethods.isKnown,
        "deploy_methods": entry.capabilities.deployMethods.isKnown,
        "device_tree": entry.deviceTree != nil,
      ].filter(\.value).map(\.key)
      #expect(Set(known).subtracting(entry.sources.keys).isEmpty, "\(entry.file) says things without a source")
      for key in ["architectures", "boot_methods", "deploy_methods"] {
        #expect(entry.sources[key]?.isEmpty == false, "\(entry.file) does not say where \(key) was looked for")
      }
    }
  }

  @Test("All types of LAVA are there, all with boot methods, at least 98 % with an architecture")
  func counts() {
    let entries = catalogue.entries.values
    // 356 of 2023.01 and 137 that 2026.10 adds.
    #expect(entries.count >= 493)
    #expect(entries.filter { $0.capabilities.bootMethods.elements.isEmpty }.map(\.deviceType) == [])
    #expect(entries.filter { !$0.capabilities.deployMethods.isKnown }.map(\.deviceType) == [])
    let unknown = entries.filter { !$0.capabilities.architectures.isKnown }.map(\.deviceType).sorted()
    #expect(unknown.count * 50 <= entries.count, "\(unknown)")
    #expect(Set(unknown).isSuperset(of: ["adb-nuc", "docker", "fvp", "kvm", "ssh"]))
  }

  /// Checked by hand against the templates and the boards' manuals.
  struct Fact: CustomTestStringConvertible, Sendable {
    let type: String
    let architectures: [String]
    let boots: [String]
    let deploys: [String]
    let takes: [String]
    let refuses: [String]
    var testDescription: String { type }
  }

  private static let network = ["nano", "developer", "headless", "alip", "ubuntu-desktop", "oe", "debian", "kernel"]

  @Test(
    "Types known by hand",
    arguments: [
      Fact(
        type: "beaglebone-black", architectures: ["arm"], boots: ["u-boot"], deploys: ["tftp", "nbd"], takes: network,
        refuses: ["android"]),
      Fact(
        type: "bcm2837-rpi-3-b", architectures: ["arm64"], boots: ["u-boot"], deploys: ["tftp"], takes: network,
        refuses: ["android"]),
      Fact(
        type: "dragonboard-410c", architectures: ["arm", "arm64"], boots: ["fastboot"], deploys: ["fastboot"],
        takes: ["android", "oe"], refuses: ["nano", "alip", "kernel"]),
      Fact(
        type: "x86", architectures: ["i386", "x86_64"], boots: ["ipxe"], deploys: ["tftp"], takes: network,
        refuses: ["android"]),
      Fact(
        type: "acer-R721T-grunt", architectures: ["x86_64"], boots: ["depthcharge"], deploys: ["tftp"], takes: network,
        refuses: ["android"]),
      Fact(
        type: "imx8mm-evk", architectures: ["arm64"], boots: ["u-boot", "fastboot", "uuu"],
        deploys: ["tftp", "fastboot"], takes: network + ["android"], refuses: []),
      Fact(
        type: "jh7100-visionfive", architectures: ["riscv64"], boots: ["u-boot"], deploys: ["tftp"], takes: network,
        refuses: ["android"]),
      Fact(
        type: "frdm-k64f", architectures: ["arm"], boots: ["cmsis-dap"], deploys: ["tmpfs"], takes: [],
        refuses: network + ["android"]),
      Fact(
        type: "spacemit-k1-bananapi-f3", architectures: ["riscv64"], boots: ["u-boot"], deploys: ["tftp"],
        takes: network, refuses: ["android"]),
      Fact(
        type: "sm8550-hdk", architectures: ["arm64"], boots: ["fastboot"], deploys: ["fastboot"],
        takes: ["android", "oe"], refuses: ["nano", "debian"]),
      Fact(
        type: "mustang", architectures: ["arm64"], boots: ["u-boot"], deploys: ["tftp"], takes: network, refuses: []),
    ])
  func byHand(fact: Fact) {
    let capabilities = catalogue.capabilities(of: fact.type)
    #expect(capabilities.architectures.elements.map(\.name) == fact.architectures)
    #expect(Set(capabilities.bootMethods.elements.map(\.name)).isSuperset(of: fact.boots))
    #expect(Set(capabilities.deployMethods.elements.map(\.name)).isSuperset(of: fact.deploys))
    let families = Set(capabilities.imageFamilies.elements.map(\.name))
    #expect(families.isSuperset(of: fact.takes))
    #expect(families.isDisjoint(with: fact.refuses))
  }

  @Test("QEMU runs images of every architecture it has a name for, but draws on no screen")
  func qemu() {
    let qemu = catalogue.capabilities(of: "qemu")
    #expect(Set(qemu.architectures.elements.map(\.name)).isSuperset(of: ["x86_64", "i386", "arm64", "arm", "riscv64"]))
    #expect(qemu.bootMethods.elements.map(\.name) == ["minimal", "qemu", "qemu-nfs"])
    #expect(
      Set(qemu.imageFamilies.elements.map(\.name)) == [
        "nano", "developer", "headless", "oe", "debian", "buildroot", "kernel",
      ])
  }

  @Test("A type whose template names its device tree blob has it")
  func deviceTree() {
    #expect(catalogue.entries["r8a7743-iwg20d-q7"]?.deviceTree == "r8a7743-iwg20d-q7.dtb")
    #expect(catalogue.entries["qemu"]?.deviceTree == nil)
  }

  @Test(
    "The files are what the installed LAVA's templates say, and a second run would change none",
    .enabled(
      if: !installed.isEmpty,
      "set BOARDCAST_LAVA_ROOT, as `scripts/lab env` does, or BOARDCAST_LAVA_2026_ROOT to a LAVA's root folder"),
    arguments: installed)
  func agreesWithLAVA(root: String) async throws {
    let check = try await Command(
      Lab.repository + "/scripts/catalogue", ["--check", "--root", root]
    ).runAside()
    #expect(check.status == 0, "\(check.output)\n\(check.complaint)")
  }

  @Test(
    "A file that was changed by hand, one that is missing and one without a type are told",
    .enabled(if: oldest != nil))
  func disagreesWithLAVA() async throws {
    // Panda and Juno are files of 2023.01.
    let root = try #require(Self.oldest)
    let copy = try TemporaryFolder([:])
    for part in ["scripts", "devices"] {
      try FileManager.default.copyItem(atPath: "\(Lab.repository)/\(part)", toPath: "\(copy.path)/\(part)")
    }
    let devices = copy.path + "/devices"
    let panda = try String(contentsOfFile: devices + "/panda.yaml", encoding: .utf8)
    try panda.replacing("[arm]", with: "[mips]")
      .write(toFile: devices + "/panda.yaml", atomically: true, encoding: .utf8)
    try panda.replacing("panda", with: "pandora")
      .write(toFile: devices + "/pandora.yaml", atomically: true, encoding: .utf8)
    try FileManager.default.removeItem(atPath: devices + "/juno.yaml")
    let check = try await Command(
      copy.path + "/scripts/catalogue", ["--check", "--root", root]
    ).runAside()
    #expect(check.status == 1, "\(check.complaint)")
    let lines = check.output.split(separator: "\n")
    #expect(
      lines.filter { $0.hasPrefix("--- ") }.map { $0.dropFirst(4).trimmingCharacters(in: .whitespaces) } == [
        "devices/juno.yaml", "devices/panda.yaml", "devices/pandora.yaml",
      ])
    #expect(lines.contains("-architectures: [mips]") && lines.contains("+architectures: [arm]"))
  }
}
