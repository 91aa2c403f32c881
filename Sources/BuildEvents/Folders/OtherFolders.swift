/// TuxMake's output folder: `metadata.json` says all.
struct TuxMakeFolder: FolderReader {
  let name = "tuxmake"
  let summary = "TuxMake: its output folder with metadata.json"

  func read(_ folder: BuildFolder) throws(EventRefusal) -> FolderFacts {
    let file = "metadata.json"
    guard let document = try folder.json(file) else {
      throw EventRefusal(.missing, field: file, "is not in the folder", mend: "give TuxMake's output folder")
    }
    let metadata = try FieldReader(document, at: file)
    let results = try metadata.requiredObject("results")
    let status = try results.requiredText("status")
    guard status == "PASS" else {
      throw results.invalid("status", "is \(Redaction.quoted(status)); only PASS is tested", mend: "send a good build")
    }
    let build = try metadata.requiredObject("build")
    var facts = FolderFacts()
    facts.know("image_family", "kernel")
    facts.know("arch", try build.requiredText("target_arch"))
    facts.know(property: "toolchain", build.remark("toolchain"))
    facts.know(property: "defconfig", build.remark("kconfig"))
    facts.know("kernel_version", try metadata.object("source")?.remark("kernelrelease"))
    let artifacts = try results.requiredObject("artifacts")
    for kind in ["kernel", "modules"] {
      guard let name = try artifacts.texts(kind).first else { continue }
      guard let found = folder.first([name]) else {
        throw artifacts.invalid(kind, "\(Redaction.quoted(name)) is not in the folder", mend: "build again")
      }
      facts.know(image: kind, found)
    }
    return facts
  }
}

/// debos' artifact folder, by the names of its files; the architecture is a variable of the recipe and told by hand.
struct DebosFolder: FolderReader {
  let name = "debos"
  let summary = "debos: its artifact folder; tell build_id and arch by --set"

  func read(_ folder: BuildFolder) throws(EventRefusal) -> FolderFacts {
    var facts = FolderFacts()
    facts.know("image_family", "debian")
    // KernelCI's recipes leave this; other recipes need not.
    if let document = try folder.json("build_info.json") {
      let info = try FieldReader(document, at: "build_info.json")
      facts.know(property: "distro", info.remark("distro"))
      facts.know(property: "distro_version", info.remark("distro_version"))
    }
    let single: [(String, [String])] = [
      ("nfsrootfs", [".tar.xz", ".tar.gz", ".tar.zst", ".tar"]), ("ramdisk", [".cpio.gz", ".cpio.xz"]),
      ("rootfs", [".ext4.gz", ".ext4.xz", ".ext4"]), ("image", [".img.gz", ".img.xz", ".img.zst", ".img"]),
    ]
    for (role, suffixes) in single {
      let found = folder.ending(suffixes)
      guard found.count <= 1 else {
        let names = found.map(\.name).joined(separator: ", ")
        throw EventRefusal(
          .invalid, field: "images.\(role)", "several files could be it: \(names)",
          mend: "leave one of them in the folder")
      }
      facts.know(image: role, found.first)
    }
    return facts
  }
}

/// Android's product folder (`out/target/product/NAME`): images for fastboot by their names, properties from build.prop.
struct AOSPFolder: FolderReader {
  let name = "aosp"
  let summary = "Android: out/target/product/NAME with system/build.prop"

  private static let roles = [
    "boot", "init_boot", "vendor_boot", "dtbo", "super", "system", "vendor", "product", "userdata", "cache", "vbmeta",
  ]

  func read(_ folder: BuildFolder) throws(EventRefusal) -> FolderFacts {
    guard let text = folder.text("system/build.prop") ?? folder.text("build.prop") else {
      throw EventRefusal(
        .missing, field: "system/build.prop", "is not in the folder", mend: "give out/target/product/NAME")
    }
    let properties = KernelConfig(text)
    guard let abi = properties["ro.product.cpu.abi"] ?? properties["ro.system.product.cpu.abilist"] else {
      throw EventRefusal(
        .missing, field: "ro.product.cpu.abi", "is not in build.prop", mend: "tell the architecture by --set arch=NAME")
    }
    let first = abi.split(separator: ",").first.map(String.init) ?? abi
    var facts = FolderFacts()
    facts.know("image_family", "android")
    // Android means 32 bits by it.
    facts.know("arch", first == "x86" ? "i386" : first)
    facts.know(
      "build_id", properties["ro.build.version.incremental"] ?? properties["ro.system.build.version.incremental"])
    let product =
      properties["ro.product.device"] ?? properties["ro.product.system.device"] ?? properties["ro.build.product"]
    facts.know("image_name", product)
    facts.know("bootloader", "fastboot")
    facts.know(property: "product", product)
    facts.know(property: "build", properties["ro.build.id"])
    facts.know(property: "variant", properties["ro.build.type"])
    if let product { facts.record["boards"] = .array([.string(product)]) }
    for role in Self.roles { facts.know(image: role, folder.first(["\(role).img"])) }
    return facts
  }
}
