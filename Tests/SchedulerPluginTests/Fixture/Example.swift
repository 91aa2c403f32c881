import BoardInventory
import BuildEvents
import LabSupport
import Matcher

@testable import SchedulerPlugin

/// Small facts that tests put together.
enum Example {
  /// A record that is accepted, changed as told.
  static func record(_ changes: [String: JSONValue] = [:]) -> JSONValue {
    let whole: [String: JSONValue] = [
      "source": "jenkins", "build_id": "17", "status": "success", "image_family": "nano", "arch": "x86_64",
      "images": ["kernel": "http://images.example/vmlinuz", "ramdisk": "http://images.example/initrd"],
    ]
    return .object(whole.merging(changes) { _, new in new })
  }

  static func event(_ changes: [String: JSONValue] = [:]) throws -> BuildEvent {
    try BuildEvent(plain: record(changes))
  }

  /// A board that can run the example's image, unless told otherwise.
  static func board(
    _ hostname: String, type: String = "qemu", tags: Set<String> = [], capabilities: Capabilities = capable,
    _ facts: Availability.Fact...
  ) -> Board {
    Board(
      hostname: hostname, deviceType: type, tags: tags, capabilities: capabilities,
      availability: Availability(facts: facts))
  }

  static let capable = Capabilities(
    architectures: known(Architecture(normalizing: "x86_64")), imageFamilies: known(ImageFamily(normalizing: "nano")),
    bootMethods: known(BootMethod(normalizing: "qemu")), deployMethods: known(DeployMethod(normalizing: "tmpfs")))

  static func known<Name>(_ names: Name?...) -> CapabilitySet<Name> { .known(Set(names.compactMap { $0 })) }

  static func lab(_ boards: [Board]) -> LabSnapshot {
    LabSnapshot(
      boards: boards.map {
        LabBoard(
          board: $0,
          row: DeviceRow(
            hostname: $0.hostname, deviceType: $0.deviceType, state: 0, health: 0, worker: nil, typeDisplayed: true),
          description: "", isSynced: false)
      }, deviceTypes: Array(Set(boards.map(\.deviceType))), takenAt: 0)
  }

  static func rule(_ text: String) throws -> DeclaredRule {
    try DeclaredRule(YAMLFile.mapping(text: text, file: "rules/r.yaml"))
  }

  /// Templates of a test's own, by name without `.yaml`.
  static func templates(_ texts: [String: String]) throws -> TemplateLibrary {
    let folder = try TemporaryFolder(Dictionary(uniqueKeysWithValues: texts.map { ($0 + ".yaml", $1) }))
    return try TemplateLibrary(folders: [folder.path])
  }

  /// The shipped templates.
  static func shippedTemplates() throws -> TemplateLibrary {
    try TemplateLibrary(folders: [Lab.repository + "/templates"])
  }

  /// The shortest template that is a LAVA job, with these lines on top.
  static func job(_ lines: String = "", name: String = "{{ rule.name|yaml }}") -> String {
    """
    \(lines)
    job_name: \(name)
    device_type: {{ device_type|yaml }}
    visibility: {{ rule.visibility|yaml }}
    priority: {{ rule.priority|yaml }}
    timeouts:
      job: {minutes: 5}
    actions:
    - deploy: {to: tmpfs}

    """
  }

  /// Terms that differ from a lab's that says nothing.
  static func terms(_ change: (inout SubmissionTerms) -> Void) -> SubmissionTerms {
    var terms = SubmissionTerms()
    change(&terms)
    return terms
  }

  /// All the shipped files.
  static func shippedFiles() -> LabFiles {
    let root = Lab.repository
    return LabFiles.read(
      LabFolders(devices: [root + "/devices"], templates: [root + "/templates"], rules: [root + "/rules"]))
  }
}
