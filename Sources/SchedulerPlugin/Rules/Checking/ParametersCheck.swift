import BoardInventory
import Matcher

/// Does a rule give its template parameters that the template reads? Of the files alone.
struct ParametersCheck {
  private let templates: TemplateLibrary
  private let read: [String: Set<String>?]

  init(_ templates: TemplateLibrary) {
    self.templates = templates
    read = templates.files.mapValues(\.parameters)
  }

  /// The parameters of a rule that none of its templates reads, a mistake each.
  func mistakes(_ rule: any Rule) -> [FileMistake] {
    guard let declared = rule.declaration, !declared.plan.parameters.isEmpty else { return [] }
    let plan = declared.plan
    guard let known = names(plan) else { return [] }
    return plan.parameters.keys.sorted().filter { !known.contains($0) }.map { name in
      let near = NearestName.to(name, among: known.sorted()).map { "did you mean '\($0)'?" }
      let list = known.isEmpty ? "take it out" : "it reads \(known.sorted().joined(separator: ", "))"
      return FileMistake(
        file: declared.file, line: declared.parameterLines[name] ?? declared.templateLine,
        message: "the template '\(plan.template)' reads no parameter '\(name)'", mend: near ?? list)
    }
  }

  /// The names that the rule's templates read, or their test blocks; nil where that cannot be said.
  private func names(_ plan: TestPlan) -> Set<String>? {
    let methods = templates.bootMethods(of: plan.template) ?? []
    let files =
      ([templates.file(plan.template, bootMethod: nil)] + methods.map { templates.file(plan.template, bootMethod: $0) })
      .compactMap { $0 }
    guard !files.isEmpty else { return nil }
    let roots = files.map(\.name) + plan.tests.map { TemplateFile.testsFolder + $0 }
    var names: Set<String> = []
    for part in Set(roots.flatMap { TemplateLibrary.closure(of: $0, templates.files) }) {
      guard let found = read[part] else { continue }
      guard let found else { return nil }
      names.formUnion(found)
    }
    return names
  }
}
