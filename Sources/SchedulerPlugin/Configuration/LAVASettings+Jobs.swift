public import BoardInventory

extension LAVASettings {
  /// What LAVA's settings say of every job, in LAVA's order, where the last wins.
  ///
  /// Throws `FileMistake` for a settings file that LAVA could not read either, and for a value it could not use.
  public func jobs(environment: [String: String]) throws(FileMistake) -> JobSettings {
    var found = JobSettings()
    for (mapping, _) in try files() { try found.take(mapping) }
    for key in JobSettings.keys {
      // A text is nothing LAVA could add to its list, or multiply.
      guard environment["LAVA_SETTINGS_" + key] == nil else {
        let variable = "LAVA_SETTINGS_" + key
        throw FileMistake(
          file: variable, message: "LAVA takes it for a text, and submits nothing then",
          mend: "set LAVA_YAML_SETTINGS_\(key) instead")
      }
      let variable = "LAVA_YAML_SETTINGS_" + key
      guard let text = environment[variable] else { continue }
      try found.take(YAMLFile.mapping(text: "\(key): \(text)", file: variable))
    }
    if let mapping = try Self.json(environment) { try found.take(mapping) }
    return found
  }
}

extension JobSettings {
  static let keys = ["EXTRA_CONTEXT_VARIABLES", "QUEUE_TIMEOUT_HOURS"]

  fileprivate mutating func take(_ settings: FileMapping) throws(FileMistake) {
    if settings.keys.contains("EXTRA_CONTEXT_VARIABLES") {
      guard settings.holdsSequence("EXTRA_CONTEXT_VARIABLES") else {
        throw settings.mistake(
          "EXTRA_CONTEXT_VARIABLES", "'EXTRA_CONTEXT_VARIABLES' is no list, so LAVA submits nothing",
          mend: "write a list of names, or []")
      }
      extraContextVariables = Set(try settings.strings("EXTRA_CONTEXT_VARIABLES") ?? [])
    }
    if settings.keys.contains("QUEUE_TIMEOUT_HOURS") {
      queueTimeoutSeconds = try Self.seconds(settings)
    }
  }

  /// `lava_scheduler_app/models.py:_create_pipeline_job` of 2026.10: 0 and null are none, and a half goes to the even.
  private static func seconds(_ settings: FileMapping) throws(FileMistake) -> Int64? {
    let key = "QUEUE_TIMEOUT_HOURS"
    guard let text = try settings.string(key) else { return nil }
    guard let hours = Double(text), hours.isFinite else {
      throw settings.mistake(key, "'\(key)' must be a number of hours, not '\(text)'")
    }
    if hours == 0 { return nil }
    let seconds = (hours * 3_600).rounded(.toNearestOrEven)
    guard seconds >= 1, seconds <= Double(JobDefinition.longestQueueTimeout) else {
      throw settings.mistake(
        key, "'\(key)' of \(text) would end jobs at once or LAVA's scheduler again and again",
        mend: "write more than 0 and at most \(JobDefinition.longestQueueTimeout / 3_600)")
    }
    return Int64(seconds)
  }
}
