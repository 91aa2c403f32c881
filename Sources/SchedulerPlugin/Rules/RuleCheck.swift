public import BoardInventory
internal import BuildEvents
internal import Matcher

/// Tries the checked-in files: does every rule lead to a LAVA job?
public struct RuleCheck: Sendable {
  /// What is wrong, by file and line.
  public let mistakes: [FileMistake]
  /// The jobs the rules' examples render to, by template name, for a validator to look at.
  public let jobs: [(template: String, file: String, definition: String)]

  /// Renders every template of every rule with the rule's own example.
  public init(_ files: LabFiles) {
    var mistakes = files.mistakes
    var jobs: [(template: String, file: String, definition: String)] = []
    for rule in files.rules.sorted(by: { $0.name < $1.name }) {
      guard let example = rule.example, case .tests(let plan) = rule.answer(to: example) else { continue }
      let place = (rule as? DeclaredRule).map { (file: $0.file, line: $0.templateLine) }
      let chosen = Self.templates(plan.template, files.templates)
      if chosen.isEmpty {
        let mend = NearestName.to(plan.template, among: files.templates.choices).map { "did you mean '\($0)'?" }
        mistakes.append(
          FileMistake(
            file: place?.file ?? "rule \(rule.name)", line: place?.line,
            message: "there is no template '\(plan.template)'",
            mend: mend ?? "the templates are \(files.templates.choices.joined(separator: ", "))"))
      }
      let strangers = plan.tests.filter { !files.templates.tests.contains($0) }
      for test in strangers {
        let near = NearestName.to(test, among: files.templates.tests).map { "did you mean '\($0)'?" }
        mistakes.append(
          FileMistake(
            file: place?.file ?? "rule \(rule.name)",
            line: (rule as? DeclaredRule)?.testsLine, message: "there is no test block '\(test)'",
            mend: near ?? "the blocks are \(files.templates.tests.joined(separator: ", "))"))
      }
      // Each of its templates would say the same again.
      guard strangers.isEmpty else { continue }
      let renderer = TemplateRenderer(files.templates)
      let lacking = chosen.compactMap { choice in
        files.templates.demands(of: choice.file).refusal(example.images.keys, .unknown).map { (choice.file, $0) }
      }
      if let (file, refusal) = lacking.first, lacking.count == chosen.count {
        mistakes.append(
          FileMistake(
            file: place?.file ?? "rule \(rule.name)", line: place?.line,
            message: "template '\(file.name)' \(refusal), as far as the rule's 'images' say",
            mend: "name the images in the rule, or another template"))
      }
      for (file, bootMethod) in chosen where !lacking.contains(where: { $0.0 == file }) {
        do throws(FileMistake) {
          let board = files.templates.mentionsBoard(file, tests: plan.tests) ? "example-01" : nil
          let text = try Self.render(file, bootMethod, board, rule.name, plan, example, renderer)
          jobs.append((file.name, file.path, text))
        } catch {
          let mistake = Self.lacking(plan, file, error, at: place) ?? error
          if !mistakes.contains(mistake) { mistakes.append(mistake) }
        }
      }
    }
    self.mistakes = mistakes
    self.jobs = jobs
  }

  /// The mistake told at the rule, where the template misses a parameter that the rule does not give.
  private static func lacking(
    _ plan: TestPlan, _ file: TemplateFile, _ mistake: FileMistake, at place: (file: String, line: Int)?
  ) -> FileMistake? {
    guard let place, let match = mistake.message.firstMatch(of: /rule\.parameters\.([A-Za-z0-9_-]+)/) else {
      return nil
    }
    let name = String(match.output.1)
    guard plan.parameters[name] == nil else { return nil }
    let origin = mistake.line.map { "\(mistake.file):\($0)" } ?? mistake.file
    return FileMistake(
      file: place.file, line: place.line,
      message: "the template '\(file.name)' needs the parameter '\(name)' (\(origin)), which the rule does not give",
      mend: "add it to how.parameters")
  }

  private static func templates(
    _ choice: String, _ library: TemplateLibrary
  ) -> [(file: TemplateFile, bootMethod: String?)] {
    guard let methods = library.bootMethods(of: choice) else {
      return library.file(choice, bootMethod: nil).map { [($0, nil)] } ?? []
    }
    return methods.compactMap { method in library.file(choice, bootMethod: method).map { ($0, method) } }
  }

  private static func render(
    _ file: TemplateFile, _ bootMethod: String?, _ board: String?, _ rule: String, _ plan: TestPlan,
    _ example: BuildEvent, _ renderer: TemplateRenderer
  ) throws(FileMistake) -> String {
    let context = TemplateContext(
      event: example, eventID: 1, rule: rule, plan: plan, deviceType: "example", bootMethod: bootMethod,
      board: board)
    let text = try renderer.render(file, context)
    do {
      try JobDefinition.load(text).check()
    } catch {
      throw FileMistake(
        file: file.path, line: file.line(like: error.line, of: text), message: "no LAVA job: \(error.message)")
    }
    return text
  }
}

extension TemplateLibrary {
  /// What a rule may write as `template`: job templates and folders of them, sorted.
  var choices: [String] {
    Set(names.flatMap { name in [name] + (name.lastIndex(of: "/").map { [String(name[..<$0])] } ?? []) }).sorted()
  }
}

extension TemplateFile {
  /// The template's line that a line of the rendered job most probably came from: the one with the same key.
  func line(like rendered: Int?, of text: String) -> Int? {
    guard let rendered else { return nil }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.indices.contains(rendered - 1) else { return nil }
    let key = lines[rendered - 1].prefix { $0 != ":" }
    return self.text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.hasPrefix(key) }
      .map { $0 + 1 }
  }
}
