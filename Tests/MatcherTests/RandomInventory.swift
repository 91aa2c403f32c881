import TestRandom
import Matcher

/// Boards and requirements from a small vocabulary, so that matches and misses are both common.
struct RandomInventory {
  var random: SeededRandom

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  private static let architectures = ["arm", "arm64", "x86_64", "riscv64"].compactMap(Architecture.init(normalizing:))
  private static let families = ["nano", "android", "oe"].compactMap(ImageFamily.init(normalizing:))
  private static let bootMethods = ["qemu", "u-boot", "grub", "fastboot"].compactMap(BootMethod.init(normalizing:))
  private static let types = ["panda", "panda-es", "iMX53", "qemu", "juno_r2"]
  private static let aliases = ["imx53", "arm-versatile", "Juno.R2", "vm"]
  private static let tags = ["hdmi", "HDMI", "usb", "board-a"]
  private static let facts: [Availability.Fact] = [
    .reserved, .running, .workerFull(worker: "w", limit: 2), .looping, .bad, .maintenance, .noWorker,
    .workerOffline(worker: "w"), .workerMaintenance(worker: "w"), .typeHidden, .retired, .workerRetired(worker: "w"),
    .unknownToUs("device state 9"),
  ]

  mutating func boards() -> [Board] {
    (0..<Int.random(in: 0...40, using: &random)).map { number in
      Board(
        hostname: "board-\(number)", deviceType: pick(Self.types),
        aliases: some(of: Self.aliases, atMost: 2), tags: Set(some(of: Self.tags, atMost: 3)),
        capabilities: chance(0.15)
          ? .unknown
          : Capabilities(
            architectures: capability(Self.architectures), imageFamilies: capability(Self.families),
            bootMethods: capability(Self.bootMethods)),
        availability: Availability(facts: some(of: Self.facts, atMost: 2)))
    }
  }

  mutating func requirements() -> Requirements {
    Requirements(
      architecture: chance(0.6) ? pick(Self.architectures) : nil,
      imageFamily: chance(0.6) ? pick(Self.families) : nil,
      bootloader: chance(0.4) ? pick(Self.bootMethods) : nil,
      deviceTypes: chance(0.4)
        ? Set(some(of: Self.types + Self.aliases + ["IMX-53", "nothing"], atMost: 3).map(DeviceTypeName.init)) : [],
      tags: chance(0.3) ? Set(some(of: Self.tags + ["nobody"], atMost: 2)) : [])
  }

  private mutating func capability<Name>(_ names: [Name]) -> CapabilitySet<Name> {
    chance(0.15) ? .unknown : .known(Set(some(of: names, atMost: 3)))
  }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &random)]
  }

  private mutating func some<Element>(of elements: [Element], atMost limit: Int) -> [Element] {
    Array(elements.shuffled(using: &random).prefix(Int.random(in: 0...limit, using: &random)))
  }

  private mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &random) < share }
}
