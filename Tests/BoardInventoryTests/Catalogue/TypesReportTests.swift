import BoardInventory
import LabSupport
import Matcher
import PostgresClient
import Testing

/// Protects that what is unknown and what disagrees is said, and only that.
@Suite("The report on device types")
struct TypesReportTests {
  private static let own = [
    "qemu.yaml": "device_type: qemu\narchitectures: [x86_64]\nboot_methods: [qemu]\n",
    "half.yaml": "device_type: half\nboot_methods: [grub]\n",
    "mine.yaml": "device_type: mine\nboot_methods: [u-boot, fastboot]\n",
  ]
  private static let shipped = [
    "qemu.yaml":
      "device_type: qemu\narchitectures: [arm64, x86_64]\nboot_methods: [qemu]\ndeploy_methods: [tmpfs]\n",
    "bbb.yaml": "device_type: bbb\narchitectures: [arm]\nboot_methods: [u-boot]\ndeploy_methods: [tftp]\n",
  ]

  /// A lab of one board for each dictionary and registration, and LAVA's words on types.
  private func report(
    dictionaries: [(type: String, boots: String)] = [], registered: [(type: String, capabilities: String)] = [],
    arm: [String: String] = [:]
  ) async throws -> TypesReport {
    let (own, shipped) = (try TemporaryFolder(Self.own), try TemporaryFolder(Self.shipped))
    let catalogue = try DeviceCatalogue(folders: [own.path, shipped.path])
    return try await LAVADatabase.with { configuration in
      let connection = try await PostgresConnection.connect(configuration, logger: LAVADatabase.logger)
      let report = try await connection.withTransaction { session in
        for type in ["qemu", "half", "bbb", "alien", "mine"] { try LAVARows.addDeviceType(type, session) }
        for (type, word) in arm {
          _ = try session.execute(
            "INSERT INTO lava_scheduler_app_architecture (name) VALUES ($1) ON CONFLICT DO NOTHING", [.text(word)])
          _ = try session.execute(
            "UPDATE lava_scheduler_app_devicetype SET architecture_id = $2 WHERE name = $1", [.text(type), .text(word)])
        }
        for (number, one) in dictionaries.enumerated() {
          try LAVARows.addDevice("d\(number)", type: one.type, worker: nil, session)
          try FactRows.rendered("d\(number)", boots: [one.boots], session)
        }
        for (number, one) in registered.enumerated() {
          try LAVARows.addDevice("r\(number)", type: one.type, worker: nil, session)
          try FactRows.register("r\(number)", one.capabilities, session)
          try FactRows.rendered("r\(number)", boots: ["u-boot"], session)
        }
        return TypesReport(
          try LAVATypes.read(session), boards: try LabSnapshot.read(session, catalogue: catalogue).boards,
          catalogue: catalogue)
      }
      await connection.close()
      return report
    }
  }

  @Test("A type nobody described is named, and counts as unknown in every kind")
  func unknown() async throws {
    let report = try await report()
    #expect(report.undescribed == ["alien"])
    #expect(report.unknown["architectures"] == ["alien", "half", "mine"])
    #expect(report.unknown["boot_methods"] == ["alien"])
    #expect(report.unknown["deploy_methods"] == ["alien", "half", "mine"])
    #expect(report.lines.map(\.name) == ["alien", "bbb", "half", "mine", "qemu"])
  }

  @Test("A lab's file that differs from the shipped one is an override; LAVA's own word that differs is a mistake")
  func disagreements() async throws {
    let report = try await report(arm: ["bbb": "arm64", "qemu": "amd64", "half": "ARMv8", "alien": "OMAP"])
    let words = report.disagreements.map { "\($0.deviceType) \($0.said.kind.rawValue) \($0.said.isOverride)" }
    #expect(words == ["bbb architectures false", "qemu architectures true"])
    #expect(
      report.disagreements.first?.description
        == "bbb: architectures: LAVA's devicetype.architecture says arm64; shipped devices/bbb.yaml says arm")
    #expect(report.disagreements.last?.said.believed.hasSuffix("/qemu.yaml says x86_64") == true)
    #expect(report.disagreements.last?.said.other == "shipped devices/qemu.yaml says arm64 x86_64")
    #expect(report.unread["alien"]?.first?.contains("says 'OMAP', which is no name anybody knows") == true)
    #expect(report.lines.first { $0.name == "half" }?.facts.values(.architectures) == ["arm64"])
  }

  @Test("What LAVA renders for all boards of a type describes the type; where boards differ, each board is told")
  func dictionaries() async throws {
    let alike = try await report(dictionaries: [("alien", "u-boot"), ("alien", "u-boot"), ("mine", "u-boot")])
    let alien = try #require(alike.lines.first { $0.name == "alien" })
    #expect(alien.facts.values(.bootMethods) == ["u-boot"] && alien.boards?.rendered == 2)
    #expect(alien.facts.words(.bootMethods) == "dictionary rendered by LAVA")
    let mine = try #require(alike.disagreements.first { $0.deviceType == "mine" })
    #expect(!mine.said.isOverride && mine.boards == 1, "a file of the lab's promises what LAVA cannot do")
    let different = try await report(dictionaries: [("alien", "u-boot"), ("alien", "grub")])
    #expect(different.undescribed == ["alien"])
    #expect(different.lines.first { $0.name == "alien" }?.boards?.variants == 2)
  }

  @Test("A registration that promises what LAVA cannot do is a mistake by the board's name; one that narrows is none")
  func registrations() async throws {
    let report = try await report(
      registered: [("bbb", #"{"boot_methods": ["fastboot"]}"#), ("bbb", #"{"architectures": ["arm64", "arm"]}"#)])
    let said = report.disagreements.filter { $0.deviceType == "bbb" }.map {
      "\($0.board ?? "-") \($0.said.kind.rawValue) \($0.said.isOverride)"
    }
    #expect(said == ["r0 boot_methods false", "r0 boot_methods true", "r1 architectures true"])
    #expect(report.disagreements.first?.description.hasPrefix("r0: boot_methods: registered: r0.yaml:1 says") == true)
  }

  @Test("The report of a catalogue is of every type in it")
  func wholeCatalogue() throws {
    let folder = try TemporaryFolder(["b.yaml": "device_type: b\n", "a.yaml": "device_type: a\nboot_methods: [grub]\n"])
    let whole = TypesReport(try DeviceCatalogue(folders: [folder.path]))
    #expect(whole.lines.map(\.name) == ["a", "b"])
    #expect(whole.undescribed == ["b"] && whole.disagreements.isEmpty)
  }
}
