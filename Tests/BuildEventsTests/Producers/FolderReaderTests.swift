import Foundation
import LabSupport
import Matcher
import Testing

@testable import BuildEvents

/// Protects builders from sending what they did not mean to: what a build's folder becomes, and what never leaves it.
@Suite("Folders that builds leave")
struct FolderReaderTests {
  private func folder(_ files: [String: String], links: [String: String] = [:]) -> BuildFolder {
    var content = files
    for (link, target) in links { content[link] = files[target] }
    let texts = content
    return BuildFolder(
      files: texts.keys.filter { !$0.contains("/") }.map { .init(name: $0, published: links[$0] ?? $0) },
      read: { texts[$0].map { Array($0.utf8) } }, sha256: { _ in String(repeating: "ab", count: 32) })
  }

  private func record(
    _ kind: String, _ folder: BuildFolder, told: [String: JSONValue] = [:], base: String = "https://files.example/b"
  ) throws -> BuildEvent {
    let reader = try #require(FolderReaders.all.first { $0.name == kind })
    return try BuildEvent(plain: FolderReaders.record(reader, folder, base: base, told: told))
  }

  private func sample(_ name: String) throws -> String {
    try String(contentsOfFile: Lab.repository + "/Tests/samples/" + name, encoding: .utf8)
  }

  @Test("OpenEmbedded: dated names are published, links are not; secrets of the datastore stay where they are")
  func yocto() throws {
    let link = "core-image-minimal-qemuarm64.rootfs"
    let dated = "core-image-minimal-qemuarm64.rootfs-20260101013000"
    let data = try sample("yocto-testdata.json").replacing(
      "{\n", with: "{\n  \"AWS_SECRET\": \"hunter2\",\n", maxReplacements: 1)
    let kernel = "Image--6.12.27+git0+abc-r0-qemuarm64-20260101013000.bin"
    let files = folder(
      ["\(dated).testdata.json": data, "\(dated).ext4": "", kernel: "", "\(dated).wic.gz": ""],
      links: [
        "\(link).testdata.json": "\(dated).testdata.json", "\(link).ext4": "\(dated).ext4", "Image": kernel,
        "\(link).wic.gz": "\(dated).wic.gz",
      ])
    let event = try record("yocto", files)
    #expect(event.buildID == dated && event.imageFamily == "oe" && event.imageName == "core-image-minimal")
    #expect(event.architecture?.name == "arm64" && event.architectureAsGiven == "aarch64")
    #expect(event.boards == ["qemuarm64"] && event.kernelVersion == "6.12.27" && event.bootloader == nil)
    #expect(
      event.images["kernel"]?.url
        == "https://files.example/b/Image--6.12.27%2Bgit0%2Babc-r0-qemuarm64-20260101013000.bin")
    #expect(event.images["rootfs"]?.url == "https://files.example/b/\(dated).ext4")
    #expect(event.images["rootfs"]?.sha256 == String(repeating: "ab", count: 32))
    #expect(event.properties["bootloader_provider"] == "u-boot" && event.properties["distro"] == "poky")
    #expect(!event.record.canonical.contains("hunter2"))
    #expect(try record("yocto", files, told: ["build_id": "412", "device_types": ["qemu"]]).buildID == "412")
    #expect(refusal { try record("yocto", folder([:])) }?.field == "*.testdata.json")
    let two = folder(["a.testdata.json": data, "b.testdata.json": data])
    #expect(refusal { try record("yocto", two) }?.message.contains("a.testdata.json, b.testdata.json") == true)
    #expect(refusal { try record("yocto", folder(["a.testdata.json": "{"])) }?.field == "a.testdata.json")
    #expect(refusal { try record("yocto", files, base: "https://u:p@h/") }?.field == "--url")
  }

  @Test("Buildroot: .config beside the images; a build without a name must be named")
  func buildroot() throws {
    let config = """
      # Automatically generated
      BR2_ARCH="aarch64"
      BR2_DEFCONFIG="/b/configs/qemu_aarch64_virt_defconfig"
      BR2_LINUX_KERNEL_VERSION="6.12.27"
      BR2_TARGET_UBOOT=y
      # BR2_TARGET_GRUB2 is not set
      """
    let files = folder(["../.config": config, "Image": "", "rootfs.ext4": "", "rootfs.tar.xz": "", "a.dtb": ""])
    let event = try record("buildroot", files, told: ["build_id": "br-1"])
    #expect(event.architecture?.name == "arm64" && event.imageName == "qemu_aarch64_virt_defconfig")
    #expect(event.images.keys.sorted() == ["dtb", "kernel", "nfsrootfs", "rootfs"])
    #expect(event.images["nfsrootfs"]?.compression == "xz" && event.images["nfsrootfs"]?.archive == "tar")
    #expect(event.properties["bootloader_provider"] == "u-boot")
    #expect(refusal { try record("buildroot", files) }?.field == "build_id")
    #expect(refusal { try record("buildroot", folder(["Image": ""])) }?.field == ".config")
    #expect(refusal { try record("buildroot", folder([".config": "X=1"])) }?.field == "BR2_ARCH")
  }

  @Test("TuxMake, debos and Android")
  func others() throws {
    let metadata = try sample("tuxmake-metadata.json")
    let tuxmake = folder(["metadata.json": metadata, "Image.gz": "", "modules.tar.xz": ""])
    let kernel = try record("tuxmake", tuxmake, told: ["build_id": "1"])
    #expect(kernel.images["modules"]?.archive == "tar" && kernel.kernelVersion == "6.19.0-rc4")
    #expect(kernel.imageFamily == "kernel" && kernel.properties["toolchain"] == "gcc-14")
    let failed = folder(["metadata.json": metadata.replacing("\"PASS\"", with: "\"FAIL\"")])
    #expect(refusal { try record("tuxmake", failed) }?.field == "metadata.json.results.status")
    #expect(
      refusal { try record("tuxmake", folder(["metadata.json": metadata])) }?.field
        == "metadata.json.results.artifacts.kernel")

    let debos = folder(["full.rootfs.tar.xz": "", "rootfs.cpio.gz": "", "build_info.json": #"{"distro": "debian"}"#])
    let told: [String: JSONValue] = ["build_id": "trixie-1", "arch": "armhf"]
    let debian = try record("debos", debos, told: told)
    #expect(debian.images.keys.sorted() == ["nfsrootfs", "ramdisk"] && debian.properties["distro"] == "debian")
    #expect(
      refusal { try record("debos", folder(["a.tar.xz": "", "b.tar.xz": ""]), told: told) }?.field == "images.nfsrootfs"
    )

    let build = "ro.product.cpu.abi=x86\nro.build.version.incremental=13210456\nro.product.device=vsoc\n"
    let android = try record(
      "aosp", folder(["system/build.prop": build, "boot.img": "", "super.img": "", "ramdisk.img": ""]))
    #expect(android.architecture?.name == "i386" && android.bootloader?.name == "fastboot")
    #expect(android.images.keys.sorted() == ["boot", "super"] && android.buildID == "13210456")
    #expect(refusal { try record("aosp", folder(["boot.img": ""])) }?.field == "system/build.prop")
  }
}
