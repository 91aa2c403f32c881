internal import BoardInventory
internal import Foundation

extension TestPlan {
  /// Reads a rule's `limits`. Throws `FileMistake` with file and line.
  mutating func read(limits yaml: FileMapping) throws(FileMistake) {
    try yaml.refuseKeys(otherThan: [
      "boards_away", "wait_hours", "at_once", "once_per", "windows", "zone", "line", "newer_build",
    ])
    boardsAway = try Self.boardsAway(yaml)
    if let mapping = try yaml.mapping("at_once") {
      try mapping.refuseKeys(otherThan: RuleLimits.Scope.allCases.map(\.rawValue))
      for scope in RuleLimits.Scope.allCases {
        guard let count = try mapping.integer(scope.rawValue) else { continue }
        guard 1...100_000 ~= count else {
          throw mapping.mistake(scope.rawValue, "'\(scope.rawValue)' is \(count)", mend: "use 1 to 100000")
        }
        limits.atOnce[scope] = count
      }
    }
    limits.oncePer = try yaml.mapping("once_per").map { mapping throws(FileMistake) in try mapping.duration() }
    if let line = try yaml.strings("line") { limits.line = line }
    if let word = try yaml.string("newer_build") {
      guard let newer = RuleLimits.NewerBuild(rawValue: word) else {
        throw yaml.mistake("newer_build", "'newer_build' is '\(word)'", mend: "use keep, supersede or cancel")
      }
      limits.newerBuild = newer
    }
    let zone = try Self.zone(yaml)
    for window in try yaml.mappings("windows") ?? [] { limits.windows.append(try TimeWindow(window, zone)) }
    if limits.windows.isEmpty, yaml.keys.contains("zone") {
      throw yaml.mistake("zone", "'zone' stands without 'windows'", mend: "add windows, or leave it out")
    }
  }

  private static func boardsAway(_ yaml: FileMapping) throws(FileMistake) -> BoardsAway {
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

  private static func zone(_ yaml: FileMapping) throws(FileMistake) -> TimeZone {
    guard let word = try yaml.string("zone") else { return .gmt }
    // Offsets and abbreviations are taken by Foundation too, but they know no summer.
    guard word == "UTC" || word.contains("/"), let zone = TimeZone(identifier: word) else {
      let near = NearestZone.to(word)
      throw yaml.mistake(
        "zone", "'\(word)' is no time zone", mend: near.map { "did you mean '\($0)'?" } ?? "use a name as Europe/Berlin"
      )
    }
    return zone
  }
}
