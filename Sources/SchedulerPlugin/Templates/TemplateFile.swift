/// One template file: a LAVA job with Stencil in it.
struct TemplateFile: Hashable, Sendable {
  /// The name rules and includes use: the path below the templates folder, without `.yaml`.
  let name: String
  /// The path it was read from, for mistakes.
  let path: String
  let text: String

  /// Whether the template asks for the board itself, so that it must be rendered once per board.
  var mentionsBoard: Bool {
    text.firstMatch(of: /\{[\{%][^}]*\bboard\./) != nil
  }

  /// Templates whose last part begins with `_` are parts of others and no jobs themselves.
  var isPart: Bool { name.split(separator: "/").last?.hasPrefix("_") ?? false }
}
