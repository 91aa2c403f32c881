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
      "disagreements": .array(disagreements.map(\.json)),
      "unread": .object(unread.mapValues { .array($0.map(JSONValue.string)) }),
    ]
  }

  /// How many types there are, and of how many each kind of fact is known.
  public var counts: [String: Int] {
    var counts = ["types": lines.count]
    for kind in FactKind.allCases { counts[kind.rawValue] = lines.count { $0.facts.values(kind) != nil } }
    return counts
  }
}

extension TypesReport.Line {
  /// The type for machines.
  public var json: JSONValue {
    var object = facts.object
    object["name"] = .string(name)
    object["aliases"] = .array(aliases.map(JSONValue.string))
    object["file"] = facts.file.map(JSONValue.string) ?? .null
    if let boards {
      object["boards"] = [
        "count": .int(Int64(boards.count)), "rendered": .int(Int64(boards.rendered)),
        "failed": .int(Int64(boards.failed)), "registered": .int(Int64(boards.registered)),
        "variants": .int(Int64(boards.variants)),
      ]
    }
    return .object(object)
  }
}

extension TypesReport.Disagreement {
  /// The disagreement for machines.
  public var json: JSONValue {
    [
      "device_type": .string(deviceType), "board": board.map(JSONValue.string) ?? .null,
      "kind": .string(said.kind.rawValue), "believed": .string(said.believed), "other": .string(said.other),
      "override": .bool(said.isOverride), "boards": .int(Int64(boards)),
    ]
  }
}

extension BoardFacts {
  /// What is known by kind, and `sources` by kind.
  var object: [String: JSONValue] {
    var object: [String: JSONValue] = [:]
    for kind in FactKind.allCases where kind != .deviceTree {
      object[kind.rawValue] = values(kind).map { .array($0.map(JSONValue.string)) } ?? .null
    }
    object["device_tree"] = deviceTree.map(JSONValue.string) ?? .null
    object["sources"] = .object(
      Dictionary(
        uniqueKeysWithValues: FactKind.allCases.compactMap { kind in
          words(kind).map { (kind.rawValue, .string($0)) }
        }))
    return object
  }

  /// The file that describes the type: the lab's own, else the shipped one.
  var file: String? {
    statements.lazy.compactMap { statement in
      switch statement.source {
      case .labFile(let file), .shippedFile(let file): file
      case .registration, .lavaType, .dictionary, .dictionaryImplies: nil
      }
    }.first
  }
}

extension CapabilitySet where Element: CustomStringConvertible {
  /// The names in order; null when unknown.
  var json: JSONValue { isKnown ? .array(elements.map { .string($0.description) }) : .null }
}
