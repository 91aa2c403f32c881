/// One template file: a LAVA job with Stencil in it.
struct TemplateFile: Hashable, Sendable {
  /// Where the test blocks are that `{% tests %}` names.
  static let testsFolder = "tests/"

  /// The name rules and includes use: the path below the templates folder, without `.yaml`.
  let name: String
  /// The path it was read from, for mistakes.
  let path: String
  let text: String

  /// Whether the file's own text asks for the board; `TemplateLibrary.mentionsBoard` looks into its parts too.
  var mentionsBoard: Bool {
    text.firstMatch(of: /\{[\{%][^}]*\bboard\./) != nil
  }

  /// The names of the files it includes or extends, and of the test blocks it brings, each with its place.
  var parts: [(name: String, at: String.Index)] {
    text.matches(of: /\{%-?\s*(include|extends|tests)\s+["']([^"']+)["']/).map { match in
      let name = String(match.output.2)
      return (match.output.1 == "tests" ? Self.testsFolder + name : name, match.range.lowerBound)
    }
  }

  /// Whether the rule's choice of tests is put in here.
  var takesTests: Bool { text.firstMatch(of: /\{%-?\s*tests\b/) != nil }

  /// Templates whose last part begins with `_`, and test blocks, are parts of others and no jobs themselves.
  var isPart: Bool { name.hasPrefix(Self.testsFolder) || (name.split(separator: "/").last?.hasPrefix("_") ?? false) }

  /// The text for Stencil: every round of a loop is charged to the budget. Nothing moves to another line.
  var counted: String {
    let cost = text.utf8.count
    return text.replacing(/\{%[-+]?\s*(?:\w+:\s*)?for\s.*?%\}/) { "\($0.output){% round \(cost) %}" }
  }
}
