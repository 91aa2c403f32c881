/// Where a value and what is inside it stood in the loaded text; runs parallel to a `YAMLValue`.
///
/// Two values with the same origin came from one anchored node, which PyYAML keeps as one object and writes as an
/// alias.
struct YAMLOrigin: Sendable {
  /// Where a node starts.
  struct Mark: Sendable, Hashable {
    /// Line, from 1.
    let line: Int
    /// Column in Unicode scalars, from 1.
    let column: Int
  }

  /// Nil for what was added after loading.
  var mark: Mark?
  /// For a mapping: where each key starts, in the order of the entries.
  var keys: [Mark?] = []
  /// For a list its items, for a mapping its values, in the same order.
  var children: [YAMLOrigin] = []

  /// The origin of what was never in a text.
  static let none = YAMLOrigin(mark: nil)
}
