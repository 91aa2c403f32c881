internal import Yams

/// Builds the nodes that make libyaml write what PyYAML's `CSafeDumper` writes.
///
/// Both use libyaml's emitter with indent 2, width 80 and non-ASCII escaped. PyYAML always writes block style and lets
/// the emitter choose how to quote, so a text that would read as another type gets single quotes.
struct YAMLDumper {
  /// LAVA 2023.01 to 2024.03 sorts the keys, later ones keep their order (`lava_common/yaml.py`).
  let sortedKeys: Bool
  private var aliases = YAMLAliases()
  private var anchors: [YAMLAliases.Identity: Anchor] = [:]

  init(sortedKeys: Bool) {
    self.sortedKeys = sortedKeys
  }

  /// The text of one document.
  mutating func dump(_ value: YAMLValue, _ origin: YAMLOrigin) throws -> String {
    aliases.collect(value, origin, entries: places)
    let root = node(value, origin)
    // Nodes hold their anchors weakly.
    return try withExtendedLifetime(anchors) { try Yams.serialize(node: root) }
  }

  private func places(_ mapping: YAMLMapping) -> [Int] {
    sortedKeys ? mapping.sortedPlaces : Array(mapping.entries.indices)
  }

  private mutating func node(_ value: YAMLValue, _ origin: YAMLOrigin) -> Node {
    var anchor: Anchor?
    if let identity = YAMLAliases.Identity(value, origin.mark), let number = aliases.numbers[identity] {
      if let earlier = anchors[identity] { return .alias(Node.Alias(earlier)) }
      let digits = String(number)
      let fresh = Anchor(rawValue: "id" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits)
      anchors[identity] = fresh
      anchor = fresh
    }
    switch value {
    case .mapping(let mapping):
      var pairs: [(Node, Node)] = []
      for place in places(mapping) {
        let entry = mapping.entries[place]
        let key = node(entry.key, YAMLOrigin(mark: origin.key(place)))
        pairs.append((key, node(entry.value, origin.child(place))))
      }
      return .mapping(Node.Mapping(pairs, .implicit, .block, nil, anchor))
    case .sequence(let items):
      var nodes: [Node] = []
      for (place, item) in items.enumerated() {
        nodes.append(node(item, origin.child(place)))
      }
      return .sequence(Node.Sequence(nodes, .implicit, .block, nil, anchor))
    case .string(let text):
      let style: Node.Scalar.Style = YAMLType(plain: text) == .string ? .plain : .singleQuoted
      return .scalar(Node.Scalar(text, Tag(.str), style, nil, nil))
    default:
      return .scalar(Node.Scalar(value.plainText, Tag(.str), .plain, nil, anchor))
    }
  }
}

extension YAMLValue {
  /// How PyYAML writes a scalar that is no text.
  fileprivate var plainText: String {
    switch self {
    case .null: return "null"
    case .bool(let flag): return flag ? "true" : "false"
    case .double(let number):
      if number.isNaN { return ".nan" }
      if number.isInfinite { return number < 0 ? "-.inf" : ".inf" }
      let text = number.pythonRepr
      // "1e+16" would read back as text: a float needs its point.
      guard !text.contains("."), let exponent = text.firstIndex(of: "e") else { return text }
      return text[..<exponent] + ".0" + text[exponent...]
    default: return pythonText
    }
  }
}
