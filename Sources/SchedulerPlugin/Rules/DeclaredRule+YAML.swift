public import BoardInventory
internal import BuildEvents
internal import Matcher

extension DeclaredRule {
  /// Reads a rule file. Throws `FileMistake` with file and line for everything that is not as it should be.
  public init(file path: String) throws(FileMistake) {
    try self.init(YAMLFile.mapping(at: path))
  }

  /// Reads a rule from a mapping.
  public init(_ yaml: FileMapping) throws(FileMistake) {
    try yaml.refuseKeys(otherThan: ["rule", "description", "when", "where", "how", "limits"])
    let name = try yaml.requiredString("rule", mend: "give the rule a name, for example 'rule: nano-regression'")
    guard ImageFamily(normalizing: name)?.name == name else {
      throw yaml.mistake(
        "rule", "the rule's name '\(name)' is no lower-case word", mend: "use letters, digits, '-' and '_', 50 at most")
    }
    guard let when = try yaml.mapping("when") else {
      throw yaml.mistake(
        "when", "'when' is missing", mend: "say which events it is for, for example 'image_family: nano'")
    }
    guard let how = try yaml.mapping("how") else {
      throw yaml.mistake("how", "'how' is missing", mend: "name the job template, for example 'template: regression'")
    }
    var plan = try Self.plan(how)
    if let place = try yaml.mapping("where") { plan.narrowing = try Self.narrowing(place) }
    if let limits = try yaml.mapping("limits") { plan.boardsAway = try Self.boardsAway(limits) }
    self.init(
      name: name, summary: try yaml.string("description") ?? "", when: try Self.conditions(when), plan: plan,
      file: yaml.file, templateLine: how.line(of: "template"))
  }

  private static func conditions(_ yaml: FileMapping) throws(FileMistake) -> [EventCondition] {
    try yaml.refuseKeys(otherThan: ["image_family", "arch", "source", "images", "properties"])
    var conditions: [EventCondition] = []
    if let families = try some(yaml, "image_family", { ImageFamily(normalizing: $0) }) {
      conditions.append(.imageFamily(families))
    }
    if let architectures = try some(yaml, "arch", known: Architecture.knownNames, { Architecture(normalizing: $0) }) {
      conditions.append(.architecture(architectures))
    }
    if let sources = try some(yaml, "source", { $0 }) { conditions.append(.source(sources)) }
    if let roles = try some(yaml, "images", { $0 }) { conditions.append(.images(roles)) }
    if let properties = try yaml.mapping("properties") {
      for key in properties.keys {
        guard let values = try some(properties, key, { $0 }) else { throw emptyList(properties, key) }
        conditions.append(.property(key, values))
      }
    }
    guard !conditions.isEmpty else {
      throw FileMistake(
        file: yaml.file, line: yaml.line, message: "'when' is empty, so the rule would test every build there is",
        mend: "name at least an image_family, an arch, a source, images or properties")
    }
    return conditions
  }

  private static func narrowing(_ yaml: FileMapping) throws(FileMistake) -> Requirements {
    try yaml.refuseKeys(otherThan: ["target", "device_types", "tags"])
    if let target = try yaml.string("target"), target != "each_board" {
      throw yaml.mistake("target", "the target '\(target)' is unknown", mend: "the targets are: each_board")
    }
    return Requirements(
      deviceTypes: Set((try yaml.strings("device_types") ?? []).map(DeviceTypeName.init)),
      tags: Set(try yaml.strings("tags") ?? []))
  }

  private static func plan(_ yaml: FileMapping) throws(FileMistake) -> TestPlan {
    try yaml.refuseKeys(otherThan: ["template", "priority", "visibility", "parameters"])
    var parameters: [String: String] = [:]
    if let mapping = try yaml.mapping("parameters") {
      for key in mapping.keys { parameters[key] = try mapping.string(key) ?? "" }
    }
    return TestPlan(
      template: try yaml.requiredString("template", mend: "name a file or folder of templates/"),
      priority: try priority(yaml), visibility: try visibility(yaml), parameters: parameters)
  }

  /// LAVA's names or a number (lava_scheduler_app/schema.py, models.py:_create_pipeline_job).
  private static func priority(_ yaml: FileMapping) throws(FileMistake) -> Int {
    guard let word = try yaml.string("priority") else { return 50 }
    let named = ["low": 0, "medium": 50, "high": 100][word]
    guard let priority = named ?? Int(word), 0...100 ~= priority else {
      throw yaml.mistake(
        "priority", "the priority '\(word)' is none of LAVA's", mend: "use low, medium, high or 0 to 100")
    }
    return priority
  }

  private static func visibility(_ yaml: FileMapping) throws(FileMistake) -> Visibility {
    guard yaml.keys.contains("visibility") else { return .public }
    if let word = try? yaml.string("visibility") {
      switch word {
      case "public": return .public
      case "personal": return .personal
      default:
        throw yaml.mistake(
          "visibility", "the visibility '\(word)' is none of LAVA's",
          mend: "use public, personal or 'group: [names of LAVA groups]'")
      }
    }
    guard let mapping = try yaml.mapping("visibility") else { return .public }
    try mapping.refuseKeys(otherThan: ["group"])
    guard let groups = try mapping.strings("group"), !groups.isEmpty else {
      throw yaml.mistake("visibility", "'group' names no group", mend: "name the LAVA groups that may see the jobs")
    }
    return .groups(groups)
  }

  private static func boardsAway(_ yaml: FileMapping) throws(FileMistake) -> TestPlan.BoardsAway {
    try yaml.refuseKeys(otherThan: ["boards_away", "wait_hours"])
    let hours = try yaml.integer("wait_hours") ?? 24
    guard 1...8760 ~= hours else {
      throw yaml.mistake("wait_hours", "'wait_hours' is \(hours)", mend: "use 1 to 8760")
    }
    switch try yaml.string("boards_away") ?? "wait" {
    case "wait": return .wait(hours: hours)
    case "skip": return .skip
    case let word:
      throw yaml.mistake("boards_away", "'boards_away' is '\(word)'", mend: "use wait or skip")
    }
  }

  private static func some<Name: Hashable>(
    _ yaml: FileMapping, _ key: String, known: [String] = [], _ read: (String) -> Name?
  ) throws(FileMistake) -> Set<Name>? {
    guard let names = try yaml.names(key, known: known, read: read) else { return nil }
    // An empty list of images would always hold, any other one never: neither is what somebody meant.
    guard !names.isEmpty else { throw emptyList(yaml, key) }
    return names
  }

  private static func emptyList(_ yaml: FileMapping, _ key: String) -> FileMistake {
    yaml.mistake(key, "'\(key)' is an empty list", mend: "name what the event must have, or leave it out")
  }
}
