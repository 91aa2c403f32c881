internal import BoardInventory
public import BuildEvents
internal import Matcher

/// Every job that the templates in force make for every device type of the catalogue, to be shown to LAVA.
///
/// Each template is rendered for each type that has its boot method and its deploy methods, once per set of images it
/// needs and per architecture of the type, as an event would have it rendered.
public struct TemplateTrial: Sendable {
  /// One job.
  public struct Job: Sendable {
    /// The template's name.
    public let template: String
    /// LAVA's boot method.
    public let bootMethod: String
    /// LAVA's device type.
    public let deviceType: String
    /// The architecture of the event; nil for types whose architecture nobody knows.
    public let architecture: String?
    /// The image roles that were asked for.
    public let images: [String]
    /// LAVA's text of the definition; nil where Boardcast itself finds fault with it.
    public let definition: String?
    /// Boardcast's own fault with it.
    public let refusal: String?

    /// For machines. Keys are only ever added.
    public var json: JSONValue {
      .object([
        "template": .string(template), "boot_method": .string(bootMethod), "device_type": .string(deviceType),
        "arch": architecture.map(JSONValue.string) ?? .null, "images": .array(images.map(JSONValue.string)),
        "definition": definition.map(JSONValue.string) ?? .null, "refusal": refusal.map(JSONValue.string) ?? .null,
      ])
    }
  }

  /// The jobs, by template and device type.
  public let jobs: [Job]

  /// Renders them all.
  ///
  /// - Parameters:
  ///   - types: only these device types; nil means all.
  ///   - tests: test blocks in place of those the templates name.
  public init(_ files: LabFiles, types: Set<String>? = nil, tests: [String] = []) {
    let entries = files.catalogue.entries.values
      .filter { types?.contains($0.deviceType) ?? true }
      .sorted { $0.deviceType < $1.deviceType }
    var jobs: [Job] = []
    for name in files.templates.names {
      // A file outside a folder serves all boot methods.
      guard let slash = name.lastIndex(of: "/"), let file = files.templates.files[name],
        let method = BootMethod(normalizing: String(name[name.index(after: slash)...]))
      else { continue }
      let plan = TestPlan(template: String(name[..<slash]), tests: tests)
      let demands = files.templates.demands(of: file)
      for roles in demands.needs.isEmpty ? [["image"]] : demands.needs {
        jobs += Self.jobs(file, method, roles, demands, plan, entries, files)
      }
    }
    self.jobs = jobs
  }

  private static func jobs(
    _ file: TemplateFile, _ method: BootMethod, _ roles: [String], _ demands: TemplateDemands, _ plan: TestPlan,
    _ entries: [DeviceTypeEntry], _ files: LabFiles
  ) -> [Job] {
    var builders: [Architecture?: ShapeBuilder] = [:]
    var jobs: [Job] = []
    for entry in entries {
      let known = entry.capabilities
      guard known.bootMethods.contains(method), demands.refusal(roles, known) == nil else { continue }
      let architectures = known.architectures.elements
      for architecture in architectures.isEmpty ? [nil] : architectures.map(Optional.some) {
        guard
          let builder = builders[architecture]
            ?? event(method, roles, architecture).map({
              ShapeBuilder(
                event: $0, eventID: 1, rule: "trial", plan: plan, library: files.templates,
                deviceTrees: files.catalogue.deviceTrees)
            })
        else { continue }
        builders[architecture] = builder
        let shape = builder.shape(
          for: Board(hostname: "trial-01", deviceType: entry.deviceType, capabilities: known))
        var definition: String?
        var refusal: String?
        switch shape {
        case .success(let shape):
          definition = shape.route.definition(shape.definition, for: "trial-01")
        case .failure(let why): refusal = "\(why.reason)"
        }
        jobs.append(
          Job(
            template: file.name, bootMethod: method.name, deviceType: entry.deviceType,
            architecture: architecture?.name, images: roles, definition: definition, refusal: refusal))
      }
    }
    return jobs
  }

  /// What build systems call the files; with a kernel come its modules and a device tree, with `boot` Android's others.
  private static let fileNames = [
    "boot": "boot.img", "dtb": "board.dtb", "image": "disk.img.gz", "kernel": "kernel", "modules": "modules.tar.xz",
    "nfsrootfs": "rootfs.tar.xz", "ramdisk": "ramdisk.cpio.gz", "rootfs": "rootfs.ext4.gz", "system": "system.img",
    "userdata": "userdata.img",
  ]

  private static func event(_ method: BootMethod, _ roles: [String], _ architecture: Architecture?) -> BuildEvent? {
    var all = roles
    if roles.contains("kernel") { all += ["dtb", "modules"] }
    if roles.contains("boot") { all += ["system", "userdata"] }
    var record: [String: JSONValue] = [
      "source": "trial", "build_id": "1", "status": "success", "bootloader": .string(method.name),
      "build_url": "https://builds.example.com/1", "kernel_version": "6.12.1",
      "images": .object(
        Dictionary(
          all.map { role in
            let digest = String(repeating: "0", count: 64)
            let url = "http://images.example.com/1/\(fileNames[role] ?? role)"
            return (role, ["url": .string(url), "sha256": .string(digest)])
          }, uniquingKeysWith: { first, _ in first })),
    ]
    if let architecture { record["arch"] = .string(architecture.name) }
    return try? BuildEvent(plain: .object(record))
  }
}
