/// Buildroot's `output/images` with `.config` in `output`. Buildroot names no build: that is told by hand.
struct BuildrootFolder: FolderReader {
  let name = "buildroot"
  let summary = "Buildroot: output/images, with .config beside it"

  func read(_ folder: BuildFolder) throws(EventRefusal) -> FolderFacts {
    guard let text = folder.text("../.config") ?? folder.text(".config") else {
      throw EventRefusal(
        .missing, field: ".config", "is neither in the folder nor above it", mend: "give Buildroot's output/images")
    }
    let config = KernelConfig(text)
    guard let architecture = config["BR2_ARCH"] else {
      throw EventRefusal(.missing, field: "BR2_ARCH", "is not in .config", mend: "give the .config of Buildroot")
    }
    var facts = FolderFacts()
    facts.know("image_family", "buildroot")
    facts.know("arch", architecture)
    facts.know("kernel_version", config["BR2_LINUX_KERNEL_VERSION"])
    facts.know(property: "buildroot_version", config["BR2_VERSION"])
    let defconfig = config["BR2_DEFCONFIG"].flatMap { $0.split(separator: "/").last.map(String.init) }
    facts.know(property: "defconfig", defconfig)
    facts.know("image_name", defconfig)
    for (key, word) in [
      ("BR2_TARGET_UBOOT", "u-boot"), ("BR2_TARGET_GRUB2", "grub"), ("BR2_TARGET_BAREBOX", "barebox"),
    ]
    where config[key] == "y" { facts.know(property: "bootloader_provider", word) }
    facts.know(
      image: "kernel", folder.first(["Image", "Image.gz", "zImage", "bzImage", "uImage", "vmlinuz", "vmlinux"]))
    facts.know(image: "rootfs", folder.first(["rootfs.ext4.gz", "rootfs.ext4", "rootfs.ext2", "rootfs.squashfs"]))
    facts.know(image: "ramdisk", folder.first(["rootfs.cpio.gz", "rootfs.cpio.xz", "rootfs.cpio"]))
    facts.know(
      image: "nfsrootfs",
      folder.first(["rootfs.tar.xz", "rootfs.tar.gz", "rootfs.tar.zst", "rootfs.tar.bz2", "rootfs.tar"]))
    facts.know(image: "image", folder.first(["sdcard.img", "disk.img", "sdcard.img.xz"]))
    let trees = folder.ending([".dtb"])
    if trees.count == 1 { facts.know(image: "dtb", trees.first) }
    return facts
  }
}

/// A `.config` of Kconfig: `NAME=value` with quotes around texts. Comments say what is not set.
struct KernelConfig {
  private var values: [String: String] = [:]

  init(_ text: String) {
    for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
      guard let equals = line.firstIndex(of: "=") else { continue }
      var value = line[line.index(after: equals)...]
      if value.hasPrefix("\""), value.hasSuffix("\""), value.utf8.count >= 2 { value = value.dropFirst().dropLast() }
      values[String(line[..<equals])] = String(value.replacing("\\\"", with: "\""))
    }
  }

  subscript(name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }
}
