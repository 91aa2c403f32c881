import BoardInventory
import LabSupport
import Matcher
import Testing

/// Protects that what is unknown and what disagrees is said, and only that.
@Suite("The report on device types")
struct TypesReportTests {
  private let report: TypesReport

  init() throws {
    let own = try TemporaryFolder([
      "qemu.yaml": "device_type: qemu\narchitectures: [x86_64]\nboot_methods: [qemu]\n",
      "half.yaml": "device_type: half\nboot_methods: [grub]\n",
    ])
    let shipped = try TemporaryFolder([
      "qemu.yaml":
        "device_type: qemu\narchitectures: [arm64, x86_64]\nboot_methods: [qemu]\ndeploy_methods: [tmpfs]\n",
      "bbb.yaml": "device_type: bbb\narchitectures: [arm]\nboot_methods: [u-boot]\ndeploy_methods: [tftp]\n",
    ])
    report = TypesReport(
      of: ["qemu", "half", "bbb", "alien"], catalogue: try DeviceCatalogue(folders: [own.path, shipped.path]),
      own: try DeviceCatalogue(folders: [own.path]), shipped: try DeviceCatalogue(folders: [shipped.path]),
      lava: ["bbb": "arm64", "qemu": "amd64", "half": "arm64", "alien": "arm"])
  }

  @Test("A type nobody described is named, and counts as unknown in every kind")
  func unknown() {
    #expect(report.undescribed == ["alien"])
    #expect(report.unknown["architectures"] == ["alien", "half"])
    #expect(report.unknown["boot_methods"] == ["alien"])
    #expect(report.unknown["deploy_methods"] == ["alien", "half"])
    #expect(report.lines.map(\.name) == ["alien", "bbb", "half", "qemu"])
  }

  @Test("A lab's file that differs from the shipped one is an override; LAVA's own word that differs is a mistake")
  func disagreements() {
    let words = report.disagreements.map { "\($0.deviceType) \($0.kind) \($0.isOverride)" }
    #expect(words == ["bbb architectures false", "qemu architectures true"])
    #expect(report.disagreements.first?.description.hasSuffix("says arm; LAVA's device type says arm64") == true)
    #expect(report.disagreements.last?.believed.hasSuffix("/qemu.yaml says x86_64") == true)
    #expect(report.disagreements.last?.other.hasSuffix("/qemu.yaml says arm64 x86_64") == true)
  }

  @Test("Without names the report is of every type of the catalogue")
  func wholeCatalogue() throws {
    let folder = try TemporaryFolder(["b.yaml": "device_type: b\n", "a.yaml": "device_type: a\n"])
    let catalogue = try DeviceCatalogue(folders: [folder.path])
    let whole = TypesReport(of: nil, catalogue: catalogue, own: DeviceCatalogue([]), shipped: catalogue)
    #expect(whole.lines.map(\.name) == ["a", "b"])
    #expect(whole.undescribed.isEmpty && whole.disagreements.isEmpty)
  }
}
