internal import Foundation

/// OpenEmbedded's deploy folder of one machine (`tmp/deploy/images/MACHINE`). Of `testdata.json`, which is the whole
/// datastore and may hold secrets, the named keys are taken and nothing else.
struct YoctoFolder: FolderReader {
  let name = "yocto"
  let summary = "OpenEmbedded: tmp/deploy/images/MACHINE with one image's testdata.json"

  func read(_ folder: BuildFolder) throws(EventRefusal) -> FolderFacts {
    let suffix = ".testdata.json"
    let all = folder.ending([suffix])
    // The link is the newest of its image; files of older builds may lie beside it.
    let links = all.filter { $0.name != $0.published }
    let candidates = links.isEmpty ? all : links
    guard let file = candidates.first else {
      throw EventRefusal(.missing, field: "*\(suffix)", "is not in the folder", mend: "give tmp/deploy/images/MACHINE")
    }
    guard candidates.count == 1 else {
      let names = candidates.map(\.name).joined(separator: ", ")
      throw EventRefusal(
        .invalid, field: "*\(suffix)", "there are several: \(names)", mend: "give a folder with one image's files")
    }
    let link = String(file.name.dropLast(suffix.count))
    let data = try FieldReader(try folder.json(file.name) ?? .null, at: file.name)
    let machine = try data.requiredText("MACHINE")
    var facts = FolderFacts()
    facts.know("build_id", try data.requiredText("IMAGE_NAME"))
    facts.know("image_family", "oe")
    facts.know("image_name", data.remark("IMAGE_BASENAME"))
    facts.know("arch", try data.requiredText("TARGET_ARCH"))
    facts.record["boards"] = .array([.string(machine)])
    for (property, key) in [
      ("machine", "MACHINE"), ("distro", "DISTRO"), ("distro_version", "DISTRO_VERSION"),
      ("revision", "METADATA_REVISION"), ("bootloader_provider", "PREFERRED_PROVIDER_virtual/bootloader"),
      ("kernel_provider", "PREFERRED_PROVIDER_virtual/kernel"),
    ] { facts.know(property: property, data.remark(key)) }
    let type = data.remark("KERNEL_IMAGETYPE") ?? "Image"
    let kernel = folder.first([type, "\(type)-\(machine).bin"])
    facts.know(image: "kernel", kernel)
    facts.know("kernel_version", kernel.flatMap { Self.version($0.published) })
    facts.know(image: "rootfs", folder.first(["\(link).ext4.gz", "\(link).ext4", "\(link).ext4.zst"]))
    facts.know(image: "image", folder.first(["\(link).wic.gz", "\(link).wic.xz", "\(link).wic.zst", "\(link).wic"]))
    facts.know(
      image: "nfsrootfs", folder.first(["\(link).tar.xz", "\(link).tar.gz", "\(link).tar.bz2", "\(link).tar.zst"]))
    facts.know(image: "ramdisk", folder.first(["\(link).cpio.gz"]))
    facts.know(image: "modules", folder.first(["modules-\(machine).tgz"]))
    // Several trees are several boards': the rule or the device type says which.
    let trees = (data.remark("KERNEL_DEVICETREE") ?? "").split(separator: " ")
    if trees.count == 1, let path = trees.first, let tree = path.split(separator: "/").last {
      facts.know(image: "dtb", folder.first([String(tree)]))
    }
    return facts
  }

  /// The version in `Image--6.12.27+git0+…-qemuarm64-20260101.bin`.
  static func version(_ name: String) -> String? {
    guard let dashes = name.range(of: "--") else { return nil }
    let version = name[dashes.upperBound...].prefix { $0.isNumber || $0 == "." }
    return version.contains(".") && version.last != "." ? String(version) : nil
  }
}
