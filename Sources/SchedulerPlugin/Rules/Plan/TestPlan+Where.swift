internal import BoardInventory
internal import Matcher

extension TestPlan {
  private static let filterKeys = [
    "boards", "device_types", "tags", "workers", "architectures", "boot_methods", "deploy_methods",
    "health_check",
  ]

  /// Reads a rule's `where`. Throws `FileMistake` with file and line.
  mutating func read(place yaml: FileMapping) throws(FileMistake) {
    try yaml.refuseKeys(otherThan: ["target", "exclude"] + Self.filterKeys)
    target = try Self.target(yaml)
    var filter = try Self.filter(yaml)
    // These two the index answers; of tags a board must have all.
    narrowing = Requirements(deviceTypes: filter.deviceTypes, tags: filter.tags)
    filter.deviceTypes = []
    filter.tags = []
    only = filter.isEmpty ? nil : filter
    if let exclude = try yaml.mapping("exclude") {
      try exclude.refuseKeys(otherThan: Self.filterKeys)
      let filter = try Self.filter(exclude)
      guard !filter.isEmpty else {
        throw yaml.mistake("exclude", "'exclude' is empty", mend: "name boards, or leave it out")
      }
      excluding = filter
    }
  }

  private static func target(_ yaml: FileMapping) throws(FileMistake) -> Target {
    if yaml.holdsMapping("target"), let mapping = try yaml.mapping("target") {
      try mapping.refuseKeys(otherThan: ["any"])
      guard let count = try mapping.integer("any"), 1...1000 ~= count else {
        throw mapping.mistake("any", "'any' must say how many boards", mend: "use 1 to 1000")
      }
      return .any(count)
    }
    switch try yaml.string("target") {
    case nil, "each_board": return .eachBoard
    case "each_device_type": return .eachDeviceType
    case let word?:
      throw yaml.mistake(
        "target", "the target '\(word)' is unknown",
        mend: "the targets are: each_board, each_device_type, {any: NUMBER}")
    }
  }

  private static func filter(_ yaml: FileMapping) throws(FileMistake) -> BoardFilter {
    var filter = BoardFilter()
    filter.boards = (try yaml.strings("boards") ?? []).map(GlobPattern.init)
    filter.deviceTypes = Set((try yaml.strings("device_types") ?? []).map(DeviceTypeName.init))
    filter.tags = Set(try yaml.strings("tags") ?? [])
    filter.workers = (try yaml.strings("workers") ?? []).map(GlobPattern.init)
    filter.architectures =
      try yaml.names("architectures", known: Architecture.knownNames) { Architecture(normalizing: $0) } ?? []
    filter.bootMethods = try yaml.names("boot_methods") { BootMethod(normalizing: $0) } ?? []
    filter.deployMethods = try yaml.names("deploy_methods") { DeployMethod(normalizing: $0) } ?? []
    filter.healthCheck = try yaml.mapping("health_check").map { mapping throws(FileMistake) in try age(mapping) }
    return filter
  }

  private static func age(_ yaml: FileMapping) throws(FileMistake) -> HealthCheckAge {
    try yaml.refuseKeys(otherThan: ["within", "over"])
    switch (try yaml.mapping("within"), try yaml.mapping("over")) {
    case (let length?, nil): return .within(try length.duration())
    case (nil, let length?): return .over(try length.duration())
    default:
      throw FileMistake(
        file: yaml.file, line: yaml.line, message: "'health_check' must say one length of time",
        mend: "write 'within: {hours: 24}' or 'over: {days: 7}'")
    }
  }
}
