/// One template file: a LAVA job with Stencil in it.
struct TemplateFile: Hashable, Sendable {
  /// The name rules and includes use: the path below the templates folder, without `.yaml`.
  let name: String
  /// The path it was read from, for mistakes.
  let path: String
  let text: String

  /// Whether the file's own text asks for the board; `TemplateLibrary.mentionsBoard` looks into its parts too.
  var mentionsBoard: Bool {
    text.firstMatch(of: /\{[\{%][^}]*\bboard\./) != nil
  }

  /// The names of the files it includes or extends.
  var parts: [String] {
    text.matches(of: /\{%-?\s*(?:include|extends)\s+["']([^"']+)["']/).map { String($0.output.1) }
  }

  /// Templates whose last part begins with `_` are parts of others and no jobs themselves.
  var isPart: Bool { name.split(separator: "/").last?.hasPrefix("_") ?? false }
}
