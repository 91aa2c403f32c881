import TestRandom
import Matcher

/// Labs nobody would think of.
enum RandomLab {
  private static let facts: [Availability.Fact] = [
    .reserved, .running, .workerFull(worker: "w", limit: 1), .looping, .bad, .maintenance, .noWorker,
    .workerOffline(worker: "w"), .workerMaintenance(worker: "w"), .typeHidden, .retired, .workerRetired(worker: "w"),
    .unknownToUs("?"),
  ]

  static func boards(using random: inout SeededRandom) -> [Board] {
    let types = (0..<4).map { type in
      (
        name: "type\(type)",
        capabilities: Int.random(in: 0..<4, using: &random) == 0
          ? .unknown
          : Capabilities(
            architectures: some(["x86_64", "arm64", "arm"].compactMap(Architecture.init(normalizing:)), &random),
            imageFamilies: some(["nano", "oe"].compactMap(ImageFamily.init(normalizing:)), &random),
            bootMethods: some(["qemu", "grub"].compactMap(BootMethod.init(normalizing:)), &random))
      )
    }
    return (0..<Int.random(in: 0..<30, using: &random)).map { number in
      let type = types[Int.random(in: 0..<types.count, using: &random)]
      let tags = ["t0", "t1", "t2"].filter { _ in Bool.random(using: &random) }
      let some = facts.filter { _ in Int.random(in: 0..<20, using: &random) == 0 }
      return Board(
        hostname: "b\(number)", deviceType: type.name, tags: Set(tags), capabilities: type.capabilities,
        availability: Availability(facts: some))
    }
  }

  private static func some<Name>(_ names: [Name], _ random: inout SeededRandom) -> CapabilitySet<Name> {
    if Int.random(in: 0..<6, using: &random) == 0 { return .unknown }
    return .known(Set(names.filter { _ in Int.random(in: 0..<3, using: &random) > 0 }))
  }
}
