import BuildEvents
import Matcher
import Stencil

/// The tags templates have beside Stencil's own.
enum TemplateTags {
  /// Where the context keeps the actions for the rule's tests out of git; no name that a template could write.
  static let gitTests = "git tests"

  /// - `{% tests "smoke" %}` puts in the test blocks and the tests out of git that the rule names, else the block named
  ///   here, out of `tests/`.
  /// - `{% round N %}`, which `TemplateFile.counted` writes into every loop, charges the loop's text to the budget.
  static func register(in tags: Extension, _ library: TemplateLibrary, _ budget: RenderBudget) {
    tags.registerTag("tests") { _, token in
      let words = token.components
      guard words.count == 2, let name = words[1].inQuotes else {
        throw TemplateSyntaxError("'tests' wants the name of one test block in quotes")
      }
      return TestsNode(token: token, usual: name, library: library)
    }
    tags.registerTag("round") { _, token in
      RoundNode(token: token, cost: token.components.last.flatMap { Int($0) } ?? 0, budget: budget)
    }
  }
}

private struct RoundNode: NodeType {
  let token: Token?
  let cost: Int
  let budget: RenderBudget

  func render(_ context: Context) throws -> String {
    try budget.charge(cost)
    return ""
  }
}

private struct TestsNode: NodeType {
  let token: Token?
  let usual: String
  let library: TemplateLibrary

  func render(_ context: Context) throws -> String {
    let rule = (context["rule"] as? TemplateObject)?.members
    let named = rule?["tests"] as? [String] ?? []
    let git = rule?[TemplateTags.gitTests] as? [[String: Any]] ?? []
    let blocks = try (named.isEmpty && git.isEmpty ? [usual] : named).map { name in
      guard library.files[TemplateFile.testsFolder + name] != nil else {
        let names = library.tests
        let mend = NearestName.to(name, among: names).map { "did you mean '\($0)'?" }
        throw TemplateSyntaxError(
          "there is no test block '\(name)'; \(mend ?? "there are \(names.joined(separator: ", "))")")
      }
      return try context.environment.loadTemplate(name: TemplateFile.testsFolder + name).render(context)
    }
    return try blocks.joined() + git.map { "- test: \(try TemplateFilters.json($0).canonical)\n" }.joined()
  }
}

extension String {
  fileprivate var inQuotes: String? {
    wholeMatch(of: /"([^"]+)"|'([^']+)'/).map { String($0.output.1 ?? $0.output.2 ?? "") }
  }
}
