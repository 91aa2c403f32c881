import LabSupport
import Matcher
import PostgresClient
import Testing

@testable import BoardInventory

/// What LAVA would refuse, or take and stumble over, is found before anything is written, with file and line.
@Suite("Checks of board files", .timeLimit(.minutes(1)))
struct BoardCheckTests {
  private let templates = LAVATemplates(names: ["qemu", "panda", "base"], source: "/templates")

  private func mistakes(
    _ yaml: String, createsWorkers: Bool = false, existing: [String: RegistrationFacts.Device] = [:]
  ) async throws -> [String] {
    let folder = try TemporaryFolder(["a.yaml": yaml])
    let files = BoardFiles(at: folder.path)
    try #require(files.mistakes.isEmpty, "\(files.mistakes)")
    let tables = try await Self.tables()
    let facts = RegistrationFacts(
      devices: existing, deviceTypes: ["kiwi"], aliases: ["other-name"], workers: ["worker-1"], tags: ["usb 3.0"])
    let check = BoardCheck(facts: facts, tables: tables, templates: templates, createsWorkers: createsWorkers)
    return files.boards.flatMap { check.mistakes(in: $0, found: nil) }.map {
      $0.description.replacing(folder.path + "/", with: "")
    }
  }

  private static func tables() async throws -> LAVATables {
    let url = try Lab.current.get()["BOARDCAST_LAB_URL"]
    let connection = try await PostgresConnection.connect(
      try PostgresConfiguration(connectionString: url), logger: LAVADatabase.logger)
    let tables = try await connection.withSession { try LAVATables.read($0) }
    await connection.close()
    return tables
  }

  private let rest = "device_type: qemu\nworker: worker-1\ndictionary: \"{% extends 'qemu.jinja2' %}\"\n"

  @Test func aRightBoardHasNone() async throws {
    #expect(try await mistakes("board: a.b-c_d@e\ntags: [usb 3.0, usb]\n" + rest) == [])
  }

  @Test(arguments: [
    ("rack/7", "use letters"), ("../../etc/passwd", "hidden file"), ("-rf", "for an option"), ("a b", "use letters"),
    ("é", "use letters"), (String(repeating: "x", count: 201), "more than 200 characters"),
  ])
  func aHostnameLAVAWouldRefuse(_ name: String, _ words: String) async throws {
    let told = try await mistakes("board: '\(name)'\n" + rest)
    #expect(told.count == 1 && told[0].hasPrefix("a.yaml:1: LAVA would refuse the hostname '\(name)'"), "\(told)")
    #expect(told.first?.contains(words) == true)
  }

  @Test func aTypeNoTemplateServes() async throws {
    let worker = "board: a\nworker: worker-1\n"
    #expect(
      try await mistakes(worker + "device_type: qemuu\nhealth: maintenance\n") == [
        "a.yaml:3: no template serves the device type 'qemuu' (looked in /templates); did you mean 'qemu'?"
      ])
    #expect(try await mistakes(worker + "device_type: base\nhealth: maintenance\n").count == 1, "base is no type")
    let other = "dictionary: \"{% extends 'panda.jinja2' %}\"\n"
    #expect(try await mistakes(worker + "device_type: mine\n" + other) == [], "another type's template serves it")
    #expect(try await mistakes(worker + "device_type: kiwi\nhealth: maintenance\n") == [], "LAVA has the type")
    #expect(try await mistakes(worker + "device_type: other-name\n" + other)[0].contains("is an alias in LAVA"))
    #expect(try await mistakes(worker + "device_type: a/b\n" + other)[0].contains("no name of a device type"))
    let unknown = "dictionary: \"{%- extends 'pandaa.jinja2' -%}\"\n"
    #expect(
      try await mistakes(worker + "device_type: kiwi\n" + unknown) == [
        "a.yaml:4: the dictionary extends 'pandaa.jinja2', and LAVA has no such template (looked in /templates); "
          + "did you mean 'panda.jinja2'?"
      ])
  }

  @Test func aWorkerThatDoesNotExist() async throws {
    let board = "board: a\ndevice_type: qemu\nhealth: maintenance\nworker: "
    #expect(
      try await mistakes(board + "worker-2\n") == [
        "a.yaml:4: LAVA has no worker 'worker-2'; did you mean 'worker-1'? --create-worker makes workers that are not there"
      ])
    #expect(try await mistakes(board + "worker-2\n", createsWorkers: true) == [])
    #expect(try await mistakes(board + "a/b\n", createsWorkers: true)[0].contains("would refuse the worker 'a/b'"))
  }

  /// The limit is this LAVA's: 50 in 2023.01, 100 in 2026.10.
  @Test func aTagOverTheColumnsLength() async throws {
    let limit = try #require(try await Self.tables().longest("name", in: "lava_scheduler_app_tag"))
    let board = "board: a\n" + rest
    #expect(try await mistakes(board + "tags: [\(String(repeating: "t", count: limit))]\n") == [])
    let told = try await mistakes(board + "tags: [\(String(repeating: "t", count: limit + 1))]\n")
    #expect(
      told == ["a.yaml:5: the tag 'tttttttttttttttttttt…' has \(limit + 1) characters; this LAVA's limit is \(limit)"])
    #expect(try await mistakes(board + "tags: [a.b]\n")[0].contains("'a.b' is no tag"))
  }

  @Test func aNewBoardNeedsATypeAWorkerAndADictionary() async throws {
    #expect(
      try await mistakes("board: a\n").map { $0.split(separator: ";")[0] } == [
        "a.yaml:1: LAVA does not have 'a' yet, and 'device_type' is missing",
        "a.yaml:1: LAVA does not have 'a' yet, and 'worker' is missing", "a.yaml:1: 'a' has no device dictionary",
      ])
    let there = ["a": RegistrationFacts.Device(deviceType: "qemu", worker: nil)]
    #expect(try await mistakes("board: a\n", existing: there) == [])
  }

  @Test func aDictionaryOfLAVAsSync() async throws {
    let told = try await mistakes(
      "board: a\ndevice_type: qemu\nworker: worker-1\ndictionary: \"{% set sync_to_lava = {'device_type': 'qemu'} %}\"\n"
    )
    #expect(told.count == 1 && told[0].hasPrefix("a.yaml:4: the dictionary sets sync_to_lava"))
    let synced = ["a": RegistrationFacts.Device(deviceType: "qemu", worker: nil, isSynced: true)]
    #expect(try await mistakes("board: a\nworker: nowhere\n", existing: synced) == [], "nothing of it is written")
  }

  @Test func withoutLAVAsTemplatesTheCatalogueStandsIn() throws {
    let entry = DeviceTypeEntry(deviceType: "panda", capabilities: .unknown, sources: [:], file: "")
    let catalogue = LAVATemplates(folders: ["/nowhere"], catalogue: DeviceCatalogue([entry]))
    #expect(catalogue.serves("panda") && !catalogue.serves("qemu") && catalogue.has("base-uboot.jinja2"))
    let folder = try TemporaryFolder(["qemu.jinja2": "", "base.jinja2": "", "notes.txt": ""])
    let found = LAVATemplates(folders: ["/nowhere", folder.path], catalogue: DeviceCatalogue([entry]))
    #expect(found.names == ["qemu", "base"] && !found.serves("base") && found.has("base.jinja2"))
    #expect(!found.has("base-uboot.jinja2") && !found.has("qemu"), "a template is named with its ending")
  }
}
