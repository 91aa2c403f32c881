/// A LAVA job definition as LAVA's submission sees it: the loaded YAML, with the place of every value in the text.
///
/// Loading follows PyYAML's `SafeLoader` (YAML 1.1), with these rules on top: duplicate keys, redefined anchors,
/// recursive aliases, `!!binary`, `!!set`, `!!omap`, `!!pairs`, the characters NUL and U+FEFF, nesting beyond 100
/// levels and more than 50 000 values are refused. PyYAML would let the last duplicate win without a word.
public struct JobDefinition: Sendable {
  /// The top level mapping. `check` tells whether LAVA would take it.
  public internal(set) var root: YAMLMapping
  /// Where everything stood in the text.
  var origin: YAMLOrigin
}

extension JobDefinition: Hashable {
  /// Whether both hold the same values in the same order; where they stood in their texts does not count.
  public static func == (left: JobDefinition, right: JobDefinition) -> Bool {
    left.root == right.root
  }

  /// Hashes the values.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(root)
  }
}
