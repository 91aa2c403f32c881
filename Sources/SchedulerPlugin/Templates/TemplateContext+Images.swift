import BuildEvents
import Matcher

/// The event's images in the words of LAVA's deploy action.
extension TemplateContext {
  /// Roles that are partitions a bootloader writes by fastboot. Bootloaders and firmware are not among them: a build
  /// that brings a broken one would end the board.
  private static let partitions: Set<String> = [
    "boot", "cache", "dtbo", "init_boot", "odm", "product", "recovery", "rootfs", "super", "system", "system_ext",
    "userdata", "vbmeta", "vendor", "vendor_boot",
  ]

  /// Roles that LAVA unpacks itself, so that it must not be told to.
  private static let unpackedByLAVA: Set<String> = ["modules", "nfsrootfs", "ramdisk"]

  private static let compressions = [
    ("gz", "gz"), ("tgz", "gz"), ("xz", "xz"), ("bz2", "bz2"), ("zst", "zstd"), ("zip", "zip"),
  ]

  /// The images by role; a type's device tree out of the folder `dtbs` when the event brings no `dtb` itself.
  static func images(_ event: BuildEvent, deviceTree: String?) -> [String: [String: Any]] {
    var images: [String: [String: Any]] = [:]
    for (role, image) in event.images { images[role] = Self.image(image, role: role) }
    if images["dtb"] == nil, let deviceTree, let folder = event.images["dtbs"]?.url, folder.hasSuffix("/") {
      let url = folder + deviceTree
      images["dtb"] = ["url": url, "file": ["url": url]]
    }
    return images
  }

  /// What fastboot writes, by partition.
  static func partitions(_ event: BuildEvent) -> [String: Any] {
    event.images.filter { partitions.contains($0.key) }.mapValues { file($0, role: "") }
  }

  /// LAVA's word for how U-Boot takes the kernel (lava_common/schemas/deploy/tftp.py): by the build system's word, the
  /// file's name, then what is usual for the architecture.
  static func kernelType(_ event: BuildEvent) -> String? {
    let types = ["image", "uimage", "zimage"]
    if let told = event.properties["kernel_type"]?.lowercased(), types.contains(told) { return told }
    if let name = event.images["kernel"].map({ fileName($0.url).lowercased() }),
      let type = types.first(where: { name.hasPrefix($0) })
    {
      return type
    }
    switch event.architecture?.name {
    case "arm": return "zimage"
    case "arm64", "riscv64": return "image"
    case nil: return nil
    default: return "uimage"
    }
  }

  private static func image(_ image: Image, role: String) -> [String: Any] {
    var fields: [String: Any] = ["url": image.url, "file": file(image, role: role)]
    fields["sha256"] = image.sha256
    fields["compression"] = image.compression
    fields["archive"] = image.archive
    return fields
  }

  /// The file as LAVA fetches it (lava_common/schemas/deploy/__init__.py:url). LAVA never looks at a suffix, and what
  /// a board loads must be unpacked first, so the suffix counts where the build system says nothing.
  private static func file(_ image: Image, role: String) -> [String: Any] {
    var file: [String: Any] = ["url": image.url]
    file["sha256sum"] = image.sha256
    let name = fileName(image.url)
    file["compression"] = image.compression ?? compressions.first { name.hasSuffix("." + $0.0) }?.1
    if !unpackedByLAVA.contains(role) { file["archive"] = image.archive }
    return file
  }

  private static func fileName(_ url: String) -> Substring {
    let path = url.prefix { $0 != "?" && $0 != "#" }
    return path.split(separator: "/").last ?? path
  }
}
