internal import Yams

extension YAMLType {
  /// The type of a scalar node: by its tag, or by its text when it is plain and has none. Nil for an unknown tag.
  init?(node scalar: Node.Scalar) {
    let tag = scalar.tag.rawValue
    if tag.isEmpty || tag == "!" || tag == Self.untaggedKey {
      self.init(plain: scalar.string)
    } else {
      self.init(rawValue: tag)
    }
  }

  /// A resolver that keeps plain scalars apart from tagged ones.
  ///
  /// To find duplicates Yams resolves the tag of every key and stores it in the node. Its own rules are not YAML 1.1's,
  /// and after them `!!str 1` and a plain `1` cannot be told apart; so the rule here gives a mark of our own.
  static let plainResolver = Result { try Resolver.basic.appending(Tag.Name(rawValue: untaggedKey), "^") }

  /// Holds NUL, so that no tag in a text can be it.
  private static let untaggedKey = "plain\u{0}"
}
