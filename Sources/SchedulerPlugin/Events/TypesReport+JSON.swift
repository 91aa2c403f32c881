public import BoardInventory
public import BuildEvents
internal import Matcher

extension TypesReport {
  /// The report for machines; an unknown capability is null, which differs from an empty list. Keys are only ever
  /// added.
  public var json: JSONValue {
    [
      "types": .array(lines.map(\.json)),
      "counts": .object(counts.mapValues { .int(Int64($0)) }),
      "unknown": .object(unknown.mapValues { .array($0.map(JSONValue.string)) }),
      "undescribed": .array(undescribed.map(JSONValue.string)),
      "disagreements": .array(
        disagreements.map {
          [
            "device_type": .string($0.deviceType), "kind": .string($0.kind), "believed": .string($0.believed),
            "other": .string($0.other), "override": .bool($0.isOverride),
          ]
        }),
    ]
  }

  /// How many types there are, and of how many each kind of fact is known.
  public var counts: [String: Int] {
    var counts = ["types": lines.count, "device_tree": lines.filter { $0.entry?.deviceTree != nil }.count]
    for kind in ["architectures", "boot_methods", "deploy_methods", "image_families"] {
      counts[kind] = lines.count - (unknown[kind] ?? []).count
    }
    return counts
  }
}

extension TypesReport.Line {
  /// The type for machines.
  public var json: JSONValue {
    let capabilities = entry?.capabilities ?? .unknown
    return [
      "name": .string(name), "architectures": capabilities.architectures.json,
      "boot_methods": capabilities.bootMethods.json, "deploy_methods": capabilities.deployMethods.json,
      "image_families": capabilities.imageFamilies.json,
      "device_tree": entry?.deviceTree.map(JSONValue.string) ?? .null,
      "sources": .object((entry?.sources ?? [:]).mapValues(JSONValue.string)),
      "file": entry.map { .string($0.file) } ?? .null,
    ]
  }
}

extension CapabilitySet where Element: CustomStringConvertible {
  /// The names in order; null when unknown.
  var json: JSONValue { isKnown ? .array(elements.map { .string($0.description) }) : .null }
}
