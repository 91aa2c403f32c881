public import BoardInventory
public import LAVAEvents

extension LAVASettings {
  /// What LAVA's settings say of its events, in LAVA's order, where the last wins.
  ///
  /// Throws `FileMistake` for a settings file that LAVA could not read either.
  public func events(environment: [String: String]) throws(FileMistake) -> EventSettings {
    var found = EventSettings()
    for (mapping, _) in try files() { try found.take(mapping) }
    // Words of the environment are text to LAVA, so every one that is not empty is true.
    if let word = environment["LAVA_SETTINGS_EVENT_NOTIFICATION"] { found.isOn = !word.isEmpty }
    found.topic = environment["LAVA_SETTINGS_EVENT_TOPIC"] ?? found.topic
    found.socket = environment["LAVA_SETTINGS_INTERNAL_EVENT_SOCKET"] ?? found.socket
    for key in ["EVENT_NOTIFICATION", "EVENT_TOPIC", "INTERNAL_EVENT_SOCKET"] {
      let variable = "LAVA_YAML_SETTINGS_" + key
      guard let text = environment[variable] else { continue }
      try found.take(YAMLFile.mapping(text: "\(key): \(text)", file: variable))
    }
    if let mapping = try Self.json(environment) { try found.take(mapping) }
    return found
  }
}

extension EventSettings {
  /// YAML's words for what Python takes for false.
  private static let no: Set<String> = ["false", "no", "off", "0", "", "null", "~"]

  fileprivate mutating func take(_ settings: FileMapping) throws(FileMistake) {
    if settings.keys.contains("EVENT_NOTIFICATION") {
      let word = try settings.string("EVENT_NOTIFICATION") ?? ""
      isOn = !Self.no.contains(word.lowercased())
    }
    topic = try settings.string("EVENT_TOPIC") ?? topic
    socket = try settings.string("INTERNAL_EVENT_SOCKET") ?? socket
  }
}
