import BuildEvents
import Testing

@testable import SchedulerPlugin

/// Protects what a job says of images: LAVA looks at no suffix, and a board cannot start what nobody unpacked.
@Suite("Images in templates")
struct TemplateImagesTests {
  private func artifact(_ changes: [String: JSONValue], deviceTree: String? = nil) throws -> [String: Any] {
    let context = TemplateContext(
      event: try Example.event(changes), eventID: 1, rule: "r", plan: TestPlan(template: "t"), deviceType: "q",
      bootMethod: nil, board: nil, deviceTree: deviceTree)
    return try #require((context.dictionary["artifact"] as? TemplateObject)?.members)
  }

  private func file(_ role: String, _ image: JSONValue) throws -> [String: String] {
    let images = try #require(try artifact(["images": [role: image]])["images"] as? [String: [String: Any]])
    return try #require(images[role]?["file"] as? [String: String])
  }

  @Test("How a file is compressed comes from the build system, else from its name, query and fragment apart")
  func compression() throws {
    #expect(try file("kernel", "http://i.example/Image.gz?token=a.xz")["compression"] == "gz")
    #expect(try file("rootfs", "http://i.example/r.ext4.zst")["compression"] == "zstd")
    #expect(try file("kernel", "http://i.example/a.gz/Image")["compression"] == nil)
    #expect(try file("kernel", ["url": "http://i.example/Image", "compression": "xz"])["compression"] == "xz")
  }

  @Test("LAVA unpacks root file systems itself: it is not told to take them out of their archive before")
  func archive() throws {
    let image: JSONValue = ["url": "http://i.example/r.tar.gz", "archive": "tar", "compression": "gz"]
    #expect(try file("nfsrootfs", image) == ["url": "http://i.example/r.tar.gz", "compression": "gz"])
    #expect(try file("image", image)["archive"] == "tar")
  }

  @Test(
    "U-Boot's kernel type comes from the build system's word, then the file's name, then the architecture",
    arguments: [
      ("vmlinuz", "arm64", nil, "image"), ("kernel", "arm", nil, "zimage"), ("kernel", "ppc", nil, "uimage"),
      ("uImage-6.1", "arm64", nil, "uimage"), ("zImage", "arm64", nil, "zimage"), ("zImage", "arm", "Image", "image"),
      ("zImage", "arm", "bzImage", "zimage"),
    ] as [(String, String, String?, String)])
  func kernelType(name: String, architecture: String, told: String?, type: String) throws {
    let properties: JSONValue = told.map { ["kernel_type": .string($0)] } ?? [:]
    let artifact = try artifact([
      "arch": .string(architecture), "images": ["kernel": .string("http://i.example/\(name)")],
      "properties": properties,
    ])
    #expect(artifact["kernel_type"] as? String == type)
  }

  @Test("A folder of device trees gives the type's own, unless the event brings one")
  func deviceTree() throws {
    func dtb(_ images: JSONValue, _ tree: String?) throws -> String? {
      let images = try artifact(["images": images], deviceTree: tree)["images"] as? [String: [String: Any]]
      return images?["dtb"]?["url"] as? String
    }
    let folder: JSONValue = ["kernel": "http://i.example/k", "dtbs": "http://i.example/dtbs/"]
    #expect(try dtb(folder, "ti/am335x.dtb") == "http://i.example/dtbs/ti/am335x.dtb")
    #expect(try dtb(folder, nil) == nil)
    #expect(try dtb(["kernel": "http://i.example/k", "dtbs": "http://i.example/dtbs.tar"], "a.dtb") == nil)
    let both: JSONValue = [
      "kernel": "http://i.example/k", "dtbs": "http://i.example/dtbs/", "dtb": "http://i.example/own.dtb",
    ]
    #expect(try dtb(both, "a.dtb") == "http://i.example/own.dtb")
  }

  @Test("Fastboot writes partitions, and never a bootloader or firmware")
  func partitions() throws {
    let roles = ["boot", "vendor_boot", "system", "bootloader", "firmware", "kernel", "dtb"]
    let artifact = try artifact([
      "images": .object(Dictionary(uniqueKeysWithValues: roles.map { ($0, .string("http://i.example/\($0)")) }))
    ])
    #expect((artifact["partitions"] as? [String: Any])?.keys.sorted() == ["boot", "system", "vendor_boot"])
  }
}
