internal import BuildEvents
internal import Foundation

extension RuleLimits {
  /// The form in which a decision keeps its limits. Keys are only ever added.
  var json: JSONValue {
    var json: [String: JSONValue] = [:]
    if !atOnce.isEmpty {
      json["at_once"] = .object(
        Dictionary(uniqueKeysWithValues: atOnce.map { ($0.key.rawValue, .int(Int64($0.value))) }))
    }
    if let oncePer { json["once_per"] = .int(Int64(oncePer)) }
    if !windows.isEmpty { json["windows"] = .array(windows.map(\.json)) }
    if newerBuild != .keep { json["newer_build"] = .string(newerBuild.rawValue) }
    return .object(json)
  }

  /// Reads the kept form; what it does not understand is left out.
  init(json: JSONValue) {
    self.init()
    for (key, count) in json["at_once"]?.objectValue ?? [:] {
      if let scope = Scope(rawValue: key), let count = count.intValue { atOnce[scope] = count }
    }
    oncePer = json["once_per"]?.intValue
    windows = (json["windows"]?.arrayValue ?? []).compactMap(TimeWindow.init(json:))
    newerBuild = json["newer_build"]?.stringValue.flatMap(NewerBuild.init(rawValue:)) ?? .keep
  }
}

extension TimeWindow {
  fileprivate var json: JSONValue {
    [
      "days": .array(days.sorted().map { .int(Int64($0)) }), "from": .int(Int64(from)), "to": .int(Int64(to)),
      "zone": .string(zone.identifier),
    ]
  }

  fileprivate init?(json: JSONValue) {
    guard let from = json["from"]?.intValue, let to = json["to"]?.intValue,
      let zone = json["zone"]?.stringValue.flatMap(TimeZone.init(identifier:))
    else { return nil }
    self.init(
      days: Set((json["days"]?.arrayValue ?? []).compactMap(\.intValue)), from: from, to: to, zone: zone)
  }
}
