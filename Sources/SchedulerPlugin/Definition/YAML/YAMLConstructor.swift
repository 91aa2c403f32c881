internal import Yams

/// Turns the nodes of one document into values the way PyYAML's `SafeConstructor` does, and notes where each stood.
struct YAMLConstructor {
  /// A value and its origin.
  struct Located {
    var value: YAMLValue
    var origin: YAMLOrigin
  }

  /// Levels of nesting that are read. Python itself gives up at about a thousand frames.
  static let depthLimit = 100
  /// Values that are built, aliases counted each time: a few nested aliases can stand for billions of values.
  static let valueLimit = 50_000

  private var built = 0
  private var anchors: [String: YAMLOrigin.Mark] = [:]

  /// The value of a node.
  mutating func construct(_ node: Node, depth: Int = 0) throws(DefinitionMistake) -> Located {
    built += 1
    guard built <= Self.valueLimit else {
      throw mistake("the definition has more than \(Self.valueLimit) values, aliases expanded", node, .tooLarge)
    }
    guard depth <= Self.depthLimit else {
      throw mistake("the definition is nested deeper than \(Self.depthLimit) levels", node, .tooLarge)
    }
    try note(node)
    switch node {
    case .scalar(let scalar):
      return Located(value: try self.scalar(scalar), origin: YAMLOrigin(mark: node.origin))
    case .sequence(let sequence):
      try requireTag(sequence.tag.rawValue, "seq", node)
      return try items(of: sequence, node, depth)
    case .mapping(let mapping):
      try requireTag(mapping.tag.rawValue, "map", node)
      return try entries(of: mapping, node, depth)
    case .alias:
      throw mistake("found undefined alias", node, .aliasCircle)
    }
  }

  private mutating func items(
    of sequence: Node.Sequence, _ node: Node, _ depth: Int
  ) throws(DefinitionMistake) -> Located {
    var values: [YAMLValue] = []
    var origin = YAMLOrigin(mark: node.origin)
    for item in sequence {
      let located = try construct(item, depth: depth + 1)
      values.append(located.value)
      origin.children.append(located.origin)
    }
    return Located(value: .sequence(values), origin: origin)
  }

  private mutating func entries(
    of mapping: Node.Mapping, _ node: Node, _ depth: Int
  ) throws(DefinitionMistake) -> Located {
    var entries: [YAMLMapping.Entry] = []
    var origin = YAMLOrigin(mark: node.origin)
    var places: [YAMLKey: Int] = [:]
    var own: Set<YAMLKey> = []
    for pair in try flattened(mapping, node, depth) {
      let key = try self.key(pair.key)
      let identity = YAMLKey(key)
      if !pair.isMerged, !own.insert(identity).inserted {
        throw mistake("found duplicate key \(key.pythonRepr); write it once", pair.key, .duplicateKey)
      }
      let located = try construct(pair.value, depth: depth + 1)
      if let place = places[identity] {
        entries[place].value = located.value
        origin.children[place] = located.origin
      } else {
        places[identity] = entries.count
        entries.append(.init(key: key, value: located.value))
        origin.children.append(located.origin)
        origin.keys.append(pair.key.origin)
      }
    }
    return Located(value: .mapping(YAMLMapping(distinct: entries)), origin: origin)
  }

  private mutating func key(_ node: Node) throws(DefinitionMistake) -> YAMLValue {
    guard case .scalar(let scalar) = node else {
      if case .sequence(let items) = node { try requireTag(items.tag.rawValue, "seq", node) }
      if case .mapping(let mapping) = node { try requireTag(mapping.tag.rawValue, "map", node) }
      throw mistake("while constructing a mapping, found unhashable key", node)
    }
    try note(node)
    if YAMLType(node: scalar) == .value { return .string(scalar.string) }
    return try self.scalar(scalar)
  }

  /// PyYAML's C parser refuses an anchor that is defined twice; libyaml's events alone do not.
  private mutating func note(_ node: Node) throws(DefinitionMistake) {
    guard let name = node.anchor?.rawValue, let mark = node.origin else { return }
    if let first = anchors[name], first != mark {
      throw mistake("found duplicate anchor; first occurrence, second occurrence", node)
    }
    anchors[name] = mark
  }

  private func requireTag(_ tag: String, _ name: String, _ node: Node) throws(DefinitionMistake) {
    guard !tag.isEmpty, tag != "!", tag != "tag:yaml.org,2002:\(name)" else { return }
    let known = ["map": "mapping", "seq": "sequence"].first { tag == "tag:yaml.org,2002:\($0.key)" }?.value
    guard let wanted = known ?? YAMLType(rawValue: tag).flatMap({ $0.isConstructed ? "scalar" : nil }) else {
      throw unknownTag(tag, node)
    }
    throw mistake("expected a \(wanted) node, but found \(node.kind)", node)
  }

  private func unknownTag(_ tag: String, _ node: Node) -> DefinitionMistake {
    let known = ["binary", "omap", "pairs", "set"].contains { tag == "tag:yaml.org,2002:\($0)" }
    return mistake(
      "could not determine a constructor for the tag \(tag.pythonRepr)", node, known ? .unusualTag : nil)
  }

  private func mistake(_ problem: String, _ node: Node, _ strictness: Strictness? = nil) -> DefinitionMistake {
    .loading(problem, line: node.origin?.line, strictness)
  }
}

extension YAMLConstructor {
  private struct Pair {
    let key: Node
    let value: Node
    let isMerged: Bool
  }

  /// The pairs of a mapping with its merge keys replaced by what they stand for, merged pairs first
  /// (`yaml/constructor.py:flatten_mapping`).
  private mutating func flattened(
    _ mapping: Node.Mapping, _ node: Node, _ depth: Int
  ) throws(DefinitionMistake) -> [Pair] {
    guard depth <= Self.depthLimit else {
      throw mistake("the definition is nested deeper than \(Self.depthLimit) levels", node, .tooLarge)
    }
    var merged: [Pair] = []
    var own: [Pair] = []
    for (key, value) in mapping {
      guard case .scalar(let scalar) = key, YAMLType(node: scalar) == .merge else {
        own.append(Pair(key: key, value: value, isMerged: false))
        continue
      }
      switch value {
      case .mapping(let base):
        merged += try flattened(base, value, depth + 1)
      case .sequence(let bases):
        for base in bases.reversed() {
          guard case .mapping(let mapping) = base else {
            throw mistake("while constructing a mapping, expected a mapping for merging, but found \(base.kind)", base)
          }
          merged += try flattened(mapping, base, depth + 1)
        }
      default:
        throw mistake(
          "while constructing a mapping, expected a mapping or list of mappings for merging, but found \(value.kind)",
          value)
      }
      built += merged.count
      guard built <= Self.valueLimit else {
        throw mistake("the definition has more than \(Self.valueLimit) values, aliases expanded", value, .tooLarge)
      }
    }
    return merged.map { Pair(key: $0.key, value: $0.value, isMerged: true) } + own
  }

  private func scalar(_ scalar: Node.Scalar) throws(DefinitionMistake) -> YAMLValue {
    let text = scalar.string
    let node = Node.scalar(scalar)
    guard !text.utf8.contains(0) else { throw mistake("text must not contain the character NUL", node, .nul) }
    guard let type = YAMLType(node: scalar) else { throw unknownTag(scalar.tag.rawValue, node) }
    let value: YAMLValue? =
      switch type {
      case .null: .null
      case .string: .string(text)
      case .bool: YAMLType.bool(text).map(YAMLValue.bool)
      case .int: YAMLNumber.int(text)
      case .float: YAMLNumber.float(text).map(YAMLValue.double)
      case .timestamp:
        YAMLTimestamp(parsing: text, implicit: false).flatMap { $0.isValid ? .timestamp($0) : nil }
      case .merge, .value: throw unknownTag(type.rawValue, node)
      }
    guard let value else { throw mistake("this is no valid \(type); put quotes around text", node, .badScalar) }
    return value
  }
}

extension Node {
  /// PyYAML's word for the node.
  fileprivate var kind: String {
    switch self {
    case .scalar: "scalar"
    case .sequence: "sequence"
    case .mapping: "mapping"
    case .alias: "alias"
    }
  }

  fileprivate var origin: YAMLOrigin.Mark? {
    let mark: Mark? =
      switch self {
      case .scalar(let scalar): scalar.mark
      case .sequence(let sequence): sequence.mark
      case .mapping(let mapping): mapping.mark
      case .alias(let alias): alias.mark
      }
    return mark.map { YAMLOrigin.Mark(line: $0.line, column: $0.column) }
  }
}
