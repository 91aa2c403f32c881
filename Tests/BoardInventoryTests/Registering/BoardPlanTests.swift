import LabSupport
import Testing

@testable import BoardInventory

/// The three-way comparison: the file's word, what was applied last, and what LAVA says. A change somebody made by hand
/// must never be lost without being told, and agreement must never be touched.
@Suite("Plans of registration")
struct BoardPlanTests {
  static let place = BoardFile.Place(file: "/lab/a.yaml", given: "a.yaml", line: 1, lines: [:])

  private func file(
    type: String? = "qemu", worker: String? = "w1", tags: Set<String>? = ["usb"], description: String? = nil,
    health: BoardFile.InitialHealth = .unknown, capabilities: RegisteredCapabilities? = nil, dictionary: String? = "a\n"
  ) -> BoardFile {
    BoardFile(
      hostname: "a", deviceType: type, worker: worker, tags: tags, description: description, health: health,
      capabilities: capabilities, dictionary: dictionary.map(DictionaryText.init), place: Self.place)
  }

  private func found(_ text: String) -> DictionaryFolder.Found {
    .init(digest: Digest.of(text), dictionary: DictionaryText(text))
  }

  private func facts(
    _ device: RegistrationFacts.Device? = nil, record: RegistrationRecord? = nil
  ) -> RegistrationFacts {
    RegistrationFacts(
      devices: device.map { ["a": $0] } ?? [:], records: record.map { ["a": $0] } ?? [:], deviceTypes: ["qemu"],
      workers: ["w1", "w2"], tags: ["usb"])
  }

  private func record(of file: BoardFile, accepted: Bool = true) -> RegistrationRecord {
    var record = BoardPlan.make(file, facts(), found: nil, force: true).record
    if accepted { record?.applied.isAccepted = true }
    return record ?? RegistrationRecord(source: "")
  }

  @Test func aNewBoardIsPutInDictionaryAndAll() {
    let plan = BoardPlan.make(file(type: "new", worker: "w9", description: "d"), facts(), found: nil, force: false)
    #expect(
      plan.steps == [
        .addType("new"), .addWorker("w9"),
        .addDevice(type: "new", worker: "w9", description: "d", health: .unknown), .addTags(["usb"]),
        .writeDictionary(DictionaryText("a\n")),
      ])
    #expect(plan.isNew && plan.conflicts.isEmpty && plan.commands.isEmpty && plan.mustBeAsked)
    #expect(plan.record?.dictionary == Digest.of("a\n") && plan.record?.source == "/lab/a.yaml:1")
  }

  @Test func whatStandsThereAlreadyIsNothingToDo() {
    let wanted = file()
    let device = RegistrationFacts.Device(deviceType: "qemu", worker: "w1", tags: ["usb"])
    let plan = BoardPlan.make(wanted, facts(device, record: record(of: wanted)), found: found("a\n"), force: false)
    #expect(plan.isEmpty && plan.differences.isEmpty && !plan.mustBeAsked)
  }

  @Test func aNewWordInTheFileGoesThroughLAVAsCommands() {
    let before = file(description: "old", dictionary: "a\nb\n")
    let device = RegistrationFacts.Device(deviceType: "qemu", worker: "w1", tags: ["usb"], description: "old")
    let plan = BoardPlan.make(
      file(worker: "w2", tags: ["rack"], description: "new; $(x)", dictionary: "a\nc\n"),
      facts(device, record: record(of: before)), found: found("a\nb\n"), force: false)
    #expect(
      plan.steps == [
        .addTags(["rack"]), .writeDictionary(DictionaryText("a\nc\n")),
        .update(worker: "w2", description: "new; $(x)", health: nil), .removeTags(["usb"]),
      ])
    #expect(
      plan.commands == [
        ["devices", "update", "a", "--worker=w2", "--description=new; $(x)"],
        ["device-tags", "remove", "a", "--tags", "usb"],
      ])
    #expect(plan.differences.first { $0.subject == "dictionary" }?.to == "1 line differs")
    #expect(plan.mustBeAsked && plan.conflicts.isEmpty)
  }

  /// For each kind of fact: LAVA says what nobody applied.
  @Test(arguments: ["worker", "tags", "description", "dictionary"])
  func aChangeByHandIsAConflictAndForceSettlesIt(_ subject: String) {
    let wanted = file(description: "d")
    var device = RegistrationFacts.Device(deviceType: "qemu", worker: "w1", tags: ["usb"], description: "d")
    var onDisk = "a\n"
    switch subject {
    case "worker": device.worker = "w2"
    case "tags": device.tags = ["usb", "byhand"]
    case "description": device.description = "by hand"
    default: onDisk = "by hand\n"
    }
    let facts = facts(device, record: record(of: wanted))
    let plan = BoardPlan.make(wanted, facts, found: found(onDisk), force: false)
    #expect(plan.conflicts.map(\.subject) == [subject] && plan.conflicts.allSatisfy(\.yieldsToForce))
    #expect(plan.conflicts.first?.words.contains("lost") == true)
    let forced = BoardPlan.make(wanted, facts, found: found(onDisk), force: true)
    #expect(forced.conflicts.isEmpty && forced.differences.map(\.subject) == [subject])
  }

  /// Our transaction went through and LAVA's command did not: the next apply goes on, and asks for no force.
  @Test func anApplyThatFailedHalfWayIsNoChangeByHand() {
    let device = RegistrationFacts.Device(deviceType: "qemu", worker: "w1", tags: ["usb", "rack"])
    let plan = BoardPlan.make(
      file(worker: "w2", tags: ["rack"], dictionary: "b\n"), facts(device, record: record(of: file())),
      found: found("b\n"), force: false)
    #expect(plan.conflicts.isEmpty)
    #expect(plan.steps == [.update(worker: "w2", description: nil, health: nil), .removeTags(["usb"])])
    // What both want and somebody took away, and what nobody wants and somebody put on, are changes by hand.
    for (tags, wanted) in [(["rack"], ["usb", "rack"]), (["usb", "mine"], ["rack"])] as [(Set<String>, Set<String>)] {
      var changed = device
      changed.tags = tags
      let facts = facts(changed, record: record(of: file()))
      let told = BoardPlan.make(file(tags: wanted), facts, found: found("a\n"), force: false)
      #expect(told.conflicts.map(\.subject) == ["tags"])
    }
  }

  @Test func aBoardNobodyAppliedIsAdoptedWhereItAgreesAndInConflictWhereNot() {
    let device = RegistrationFacts.Device(deviceType: "qemu", worker: "w1", tags: ["usb"])
    let adopted = BoardPlan.make(file(), facts(device), found: found("a\n"), force: false)
    #expect(adopted.steps.isEmpty && adopted.conflicts.isEmpty && adopted.record != nil && adopted.mustBeAsked)
    #expect(adopted.isAdoption, "no diff")
    let other = BoardPlan.make(file(tags: []), facts(device), found: found("b\n"), force: false)
    #expect(other.conflicts.map(\.subject) == ["tags", "dictionary"])
  }

  @Test func whatTheFileIsSilentOnIsLeftAlone() {
    let device = RegistrationFacts.Device(deviceType: "qemu", worker: "w2", tags: ["x"], description: "y", health: 4)
    let silent = file(type: nil, worker: nil, tags: nil, description: nil, dictionary: nil)
    let plan = BoardPlan.make(silent, facts(device), found: found("z"), force: true)
    #expect(plan.steps.isEmpty && plan.conflicts.isEmpty && plan.record != nil)
  }

  @Test func aTypeCannotBeChangedEvenByForce() {
    let device = RegistrationFacts.Device(deviceType: "panda", worker: "w1", tags: ["usb"])
    let plan = BoardPlan.make(file(), facts(device, record: record(of: file())), found: found("a\n"), force: true)
    #expect(plan.conflicts.map(\.subject) == ["device_type"] && !plan.conflicts.contains(where: \.yieldsToForce))
    #expect(plan.conflicts.first?.words.contains("cannot change a device's type") == true)
  }

  @Test func aSyncedBoardIsLAVAsAndOnlyItsCapabilitiesAreOurs() {
    let device = RegistrationFacts.Device(deviceType: "panda", worker: "w2", tags: ["x"], isSynced: true)
    var known = RegisteredCapabilities()
    known.architectures = ["arm"]
    let plan = BoardPlan.make(file(capabilities: known), facts(device), found: found("b"), force: true)
    #expect(plan.steps.isEmpty && plan.conflicts.isEmpty)
    #expect(plan.record?.capabilities == known && plan.record?.applied == .init() && plan.record?.dictionary == nil)
    #expect(
      plan.notes == [
        "the board belongs to LAVA's sync (is_synced), which takes it from its dictionary: "
          + "device_type, worker, tags, dictionary left as LAVA has it"
      ])
  }

  @Test func aDictionaryThatIsALinkIsSomebodyElses() {
    let device = RegistrationFacts.Device(deviceType: "qemu", worker: "w1", tags: ["usb"])
    let link = DictionaryFolder.Found(digest: Digest.of("b"), dictionary: DictionaryText("b"), isLink: true)
    let plan = BoardPlan.make(file(), facts(device, record: record(of: file())), found: link, force: true)
    #expect(plan.conflicts.map(\.subject) == ["dictionary"] && plan.steps.isEmpty)
  }

  @Test func aBoardDeletedFromLAVAComesBackByForceOnly() {
    let record = record(of: file())
    #expect(
      BoardPlan.make(file(), facts(record: record), found: found("a\n"), force: false).conflicts.map(\.subject)
        == ["board"])
    let forced = BoardPlan.make(file(), facts(record: record), found: found("a\n"), force: true)
    #expect(forced.conflicts.isEmpty && forced.isNew && forced.mustBeAsked)
  }

  @Test func aBoardWhoseFileIsGoneIsRetiredAndComesBackWithIt() throws {
    let wanted = file()
    var device = RegistrationFacts.Device(deviceType: "qemu", worker: "w1", tags: ["usb"])
    let plan = try #require(BoardPlan.retiring("a", facts(device, record: record(of: wanted))))
    #expect(plan.commands == [["devices", "update", "a", "--health=RETIRED"]])
    device.health = DeviceHealth.retired.rawValue
    let after = facts(device, record: plan.record)
    #expect(BoardPlan.retiring("a", after) == nil)
    let back = BoardPlan.make(wanted, after, found: found("a\n"), force: false)
    #expect(back.commands == [["devices", "update", "a", "--health=UNKNOWN"]])
    #expect(back.record?.applied.isRetired == nil && back.conflicts.isEmpty)
    // What somebody retired by hand stays retired.
    let byHand = BoardPlan.make(wanted, facts(device, record: record(of: wanted)), found: found("a\n"), force: false)
    #expect(byHand.isEmpty)
  }

  @Test func whatLAVADidNotAcceptIsAskedAboutAgain() {
    let device = RegistrationFacts.Device(deviceType: "qemu", worker: "w1", tags: ["usb"])
    let record = record(of: file(), accepted: false)
    let plan = BoardPlan.make(file(), facts(device, record: record), found: found("a\n"), force: false)
    #expect(plan.isEmpty && plan.mustBeAsked)
  }

  @Test func aLineThatMovedIsNoNews() {
    let wanted = file()
    let device = RegistrationFacts.Device(deviceType: "qemu", worker: "w1", tags: ["usb"])
    var record = record(of: wanted)
    record.source = "/lab/a.yaml:77"
    #expect(BoardPlan.make(wanted, facts(device, record: record), found: found("a\n"), force: false).isEmpty)
    record.source = "/lab/b.yaml:1"
    #expect(!BoardPlan.make(wanted, facts(device, record: record), found: found("a\n"), force: false).isEmpty)
  }

  @Test func aPlanShowsNothingOfADictionary() {
    let plan = BoardPlan.make(file(dictionary: "password: hunter2\n"), facts(), found: nil, force: false)
    var quiet = plan
    quiet.differences = quiet.differences.map { .init(subject: $0.subject, from: $0.from, to: $0.to) }
    #expect(!"\(quiet)".contains("hunter2") && !"\(file(dictionary: "hunter2"))".contains("hunter2"))
    #expect(plan.differences.last?.to == "1 line")
  }
}
