import Matcher
import Testing

@Suite("A verdict gives every reason, and says whether waiting helps")
struct VerdictTests {
  let qemu = Capabilities(
    architectures: .known(Set(["x86_64", "i386"].compactMap(Architecture.init(normalizing:)))),
    imageFamilies: .known(Set(["nano"].compactMap(ImageFamily.init(normalizing:)))),
    bootMethods: .known(Set(["qemu"].compactMap(BootMethod.init(normalizing:)))))

  @Test func yesHasNoReasons() {
    let verdict = Board(hostname: "q", deviceType: "qemu", capabilities: qemu)
      .verdict(for: Requirements(architecture: Architecture(normalizing: "amd64")))
    #expect(verdict.isCompatible)
    #expect(verdict.reasons.isEmpty)
    #expect(!verdict.waitingHelps)
  }

  /// Protects "say why": a board that is wrong in four ways hears all four, not the first.
  @Test func everyReasonIsGiven() {
    let verdict = Board(hostname: "q", deviceType: "qemu", capabilities: qemu).verdict(
      for: Requirements(
        architecture: Architecture(normalizing: "arm64"), imageFamily: ImageFamily(normalizing: "android"),
        bootloader: BootMethod(normalizing: "fastboot"), deviceTypes: [DeviceTypeName("panda")], tags: ["hdmi"]))
    #expect(verdict.reasons.map(\.code) == [.architecture, .imageFamily, .bootloader, .deviceType, .tag])
    #expect(verdict.reasons[0].detail == "wants arm64; the board has i386, x86_64")
  }

  @Test func unknownIsNotTheSameAsNone() {
    let half = Capabilities(architectures: .known([]))
    let verdict = Board(hostname: "h", deviceType: "half", capabilities: half).verdict(
      for: Requirements(
        architecture: Architecture(normalizing: "arm"), imageFamily: ImageFamily(normalizing: "nano")))
    #expect(verdict.reasons.map(\.code) == [.architecture, .notDescribed])
  }

  /// Protects the split that decides between waiting and giving up.
  @Test(arguments: [
    (Availability.Fact.maintenance, true), (.workerOffline(worker: "w"), true), (.running, true), (.bad, true),
    (.retired, false), (.workerRetired(worker: "w"), false),
  ])
  func waitingHelpsExactlyWhereTheBoardMayComeBack(fact: Availability.Fact, helps: Bool) {
    let board = Board(
      hostname: "q", deviceType: "qemu", capabilities: qemu, availability: Availability(facts: [fact]))
    #expect(board.verdict(for: Requirements()).waitingHelps == helps)
    #expect(Reason(fact).waitingHelps == helps)
  }

  /// Protects LAVA's rule that one bad fact is enough, and that the weightiest is named first.
  @Test func theWeightiestFactLeads() {
    let availability = Availability(facts: [.running, .workerOffline(worker: "w"), .retired])
    #expect(availability.kind == .gone)
    #expect(availability.facts == [.retired, .workerOffline(worker: "w"), .running])
  }
}
