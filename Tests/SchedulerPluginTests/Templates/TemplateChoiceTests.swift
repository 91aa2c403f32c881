import BoardInventory
import BuildEvents
import LabSupport
import Matcher
import Testing

@testable import SchedulerPlugin

/// Protects the choice of a template: the same boot method always, never one whose images the event lacks, and a reason
/// that says which.
@Suite("Choice of templates")
struct TemplateChoiceTests {
  private func board(_ boot: [String], _ deploy: [String] = ["tftp", "tmpfs", "fastboot", "flasher"]) -> Board {
    Example.board(
      "a",
      capabilities: Capabilities(
        bootMethods: .known(Set(boot.compactMap { BootMethod(normalizing: $0) })),
        deployMethods: .known(Set(deploy.compactMap { DeployMethod(normalizing: $0) }))))
  }

  private func choice(
    _ board: Board, _ changes: [String: JSONValue] = [:], library: TemplateLibrary? = nil, template: String = "smoke"
  ) throws -> Result<Shape, ShapeBuilder.Refusal> {
    ShapeBuilder(
      event: try Example.event(changes), eventID: 1, rule: "r", plan: TestPlan(template: template),
      library: try library ?? Example.shippedTemplates()
    ).shape(for: board)
  }

  private func reason(_ result: Result<Shape, ShapeBuilder.Refusal>) -> Reason? {
    guard case .failure(let refusal) = result else { return nil }
    return refusal.reason
  }

  private static func images(_ roles: String...) -> [String: JSONValue] {
    ["images": .object(Dictionary(uniqueKeysWithValues: roles.map { ($0, .string("http://i.example/\($0)")) }))]
  }

  @Test("A board with several boot methods takes the network's first, then those that write to it")
  func order() throws {
    let all = ["minimal", "fastboot", "uefi-menu", "grub", "u-boot", "barebox", "ssh", "dfu"]
    #expect(try choice(board(all)).get().template == "smoke/barebox")
    #expect(try choice(board(all.filter { $0 != "barebox" })).get().template == "smoke/u-boot")
    #expect(try choice(board(["uefi-menu", "grub"])).get().template == "smoke/grub")
    #expect(try choice(board(all), ["bootloader": "uefi-menu"]).get().template == "smoke/uefi-menu")
    let flashed = Self.images("boot", "kernel", "ramdisk")
    #expect(try choice(board(["fastboot", "u-boot"]), flashed).get().template == "smoke/u-boot")
  }

  @Test("A method whose images the event lacks is passed over, and Android goes by fastboot only")
  func images() throws {
    let both = board(["fastboot", "u-boot"])
    #expect(try choice(both, Self.images("boot", "system")).get().template == "smoke/fastboot")
    let android = Self.images("boot", "kernel", "ramdisk").merging(["image_family": "android"]) { $1 }
    #expect(try choice(both, android).get().template == "smoke/fastboot")
  }

  @Test("When nothing fits, the reason names every template that was tried and what it misses")
  func reasons() throws {
    #expect(
      reason(try choice(board(["u-boot"]), Self.images("kernel", "rootfs")))
        == Reason(
          .template,
          "template 'smoke/u-boot' needs the images kernel and ramdisk, or kernel and nfsrootfs; the event lacks ramdisk"
        ))
    #expect(
      reason(try choice(board(["u-boot", "fastboot"], ["fastboot"])))?.detail
        == "template 'smoke/u-boot' deploys by tftp; the board has fastboot; "
        + "template 'smoke/fastboot' needs the images boot; the event lacks boot")
    #expect(
      reason(try choice(board(["u-boot", "grub"]), ["bootloader": "grub"]))?.detail
        == "template 'smoke/grub' is not for boards that have u-boot")
  }

  @Test("The lab's own order file takes the shipped one's place")
  func ownOrder() throws {
    let own = try TemporaryFolder(["_order.yaml": "order: [minimal, u-boot]\nfamilies: {nano: [u-boot, grub]}\n"])
    let library = try TemplateLibrary(folders: [own.path, Lab.repository + "/templates"])
    #expect(try choice(board(["minimal", "grub"]), library: library).get().template == "smoke/grub")
    let other = Self.images("image").merging(["image_family": "oe"]) { $1 }
    #expect(try choice(board(["minimal", "u-boot"]), other, library: library).get().template == "smoke/minimal")
  }

  @Test(
    "A mistake in what a template asks for, or in the order, has its file and line",
    arguments: [
      ("t.yaml", "a: 1\n{# needs: kernel, Ram Disk #}\n", 2, "'Ram Disk' is no image's role"),
      ("t.yaml", "{# needs: #}\n", 1, "'' is no image's role"),
      ("t.yaml", "\n\n{# deploys: tf/tp #}\n", 3, "'tf/tp' is no deploy method"),
      ("_order.yaml", "order: [qemu]\norders: []\n", 2, "unknown key 'orders'"),
      ("_order.yaml", "order: [q/emu]\n", 1, "'q/emu' can be no boot method's name"),
      ("_order.yaml", "families:\n  a/b: [qemu]\n", 2, "'a/b' can be no image family's name"),
    ])
  func mistakes(name: String, text: String, line: Int, message: String) throws {
    let folder = try TemporaryFolder([name: text])
    let mistake = #expect(throws: FileMistake.self) { _ = try TemplateLibrary(folders: [folder.path]) }
    #expect(mistake?.file == folder.path + "/" + name)
    #expect(mistake?.line == line)
    #expect(mistake?.message == message)
  }

  @Test("What a part asks for counts, unless the template says it itself")
  func partsDemands() throws {
    let library = try Example.templates([
      "t": "{% include \"_p\" %}", "u": "{# needs: image #}\n{% include \"_p\" %}",
      "_p": "{# needs: kernel, rootfs #}\n{# needs: image #}\n{# deploys: tmpfs #}\n",
    ])
    let demands = try ["t", "u"].map { library.demands(of: try #require(library.files[$0])) }
    #expect(demands.map(\.needs) == [[["kernel", "rootfs"], ["image"]], [["image"]]])
    #expect(demands.map { $0.deploys.map(\.name) } == [["tmpfs"], ["tmpfs"]])
  }
}
