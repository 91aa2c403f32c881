internal import BoardInventory

extension TestPlan {
  /// Reads a rule's `how`. Throws `FileMistake` with file and line.
  init(how yaml: FileMapping) throws(FileMistake) {
    try yaml.refuseKeys(otherThan: [
      "template", "priority", "visibility", "parameters", "tags", "submitter", "metadata", "queue_timeout",
    ])
    self.init(
      template: try yaml.requiredString("template", mend: "name a file or folder of templates/"),
      priority: try Self.priority(yaml), visibility: try Self.visibility(yaml),
      parameters: try Self.texts(yaml, "parameters"), tags: try Self.tags(yaml),
      submitter: try yaml.string("submitter"),
      metadata: try Self.texts(yaml, "metadata"),
      queueTimeout: try yaml.mapping("queue_timeout").map { mapping throws(FileMistake) in try mapping.duration() })
  }

  private static func texts(_ yaml: FileMapping, _ key: String) throws(FileMistake) -> [String: String] {
    var texts: [String: String] = [:]
    if let mapping = try yaml.mapping(key) {
      for key in mapping.keys { texts[key] = try mapping.string(key) ?? "" }
    }
    return texts
  }

  /// A tag over the column's length can be on no board (lava_scheduler_app/models.py:Tag.name).
  private static func tags(_ yaml: FileMapping) throws(FileMistake) -> [String] {
    let tags = try yaml.strings("tags") ?? []
    if let long = tags.first(where: { $0.count > 100 || $0.isEmpty }) {
      throw yaml.mistake(
        "tags", "'\(long)' can be no tag", mend: "LAVA's tags have 1 to 50 characters, 100 since 2026.07")
    }
    return tags
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
}

extension FileMapping {
  /// A length of time, in seconds: days, hours and minutes that are added up; a minute to ten years.
  func duration() throws(FileMistake) -> Int {
    let units = ["days": 86_400, "hours": 3_600, "minutes": 60]
    try refuseKeys(otherThan: units.keys.sorted())
    var seconds = 0
    for key in keys {
      guard let count = try integer(key), 0...5_256_000 ~= count else {
        throw mistake(key, "'\(key)' must be a whole number, 0 or more")
      }
      seconds += count * (units[key] ?? 0)
    }
    guard 60...315_360_000 ~= seconds else {
      throw FileMistake(
        file: file, line: line, message: "the time is \(seconds) s long", mend: "use a minute to ten years")
    }
    return seconds
  }
}
