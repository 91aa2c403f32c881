public import BoardInventory
internal import Matcher

extension DeclaredRule {
  /// Reads a rule file. Throws `FileMistake` with file and line for everything that is not as it should be.
  public init(file path: String) throws(FileMistake) {
    try self.init(YAMLFile.mapping(at: path))
  }

  /// Reads a rule from a mapping.
  public init(_ yaml: FileMapping) throws(FileMistake) {
    try yaml.refuseKeys(otherThan: ["rule", "description", "when", "where", "how", "tests", "limits", "example"])
    let name = try yaml.requiredString("rule", mend: "give the rule a name, for example 'rule: nano-regression'")
    guard ImageFamily(normalizing: name)?.name == name else {
      throw yaml.mistake(
        "rule", "the rule's name '\(name)' is no lower-case word", mend: "use letters, digits, '-' and '_', 50 at most")
    }
    guard let when = try yaml.mapping("when") else {
      throw yaml.mistake(
        "when", "'when' is missing", mend: "say which events it is for, for example 'image_family: nano'")
    }
    guard let how = try yaml.mapping("how") else {
      throw yaml.mistake("how", "'how' is missing", mend: "name the job template, for example 'template: regression'")
    }
    var plan = try TestPlan(how: how)
    if let place = try yaml.mapping("where") { try plan.read(place: place) }
    if let limits = try yaml.mapping("limits") { try plan.read(limits: limits) }
    for item in try yaml.items("tests") ?? [] {
      switch item {
      case .word(let name): plan.tests.append(name)
      case .mapping(let mapping): plan.gitTests.append(try GitTests(mapping))
      }
    }
    plan.narrowing.tags.formUnion(plan.tags)
    var parameterLines: [String: Int] = [:]
    if let parameters = try how.mapping("parameters") {
      for key in parameters.keys { parameterLines[key] = parameters.line(of: key) }
    }
    self.init(
      name: name, summary: try yaml.string("description") ?? "", when: try EventCondition.list(when), plan: plan,
      file: yaml.file, templateLine: how.line(of: "template"),
      testsLine: yaml.keys.contains("tests") ? yaml.line(of: "tests") : nil,
      parameterLines: parameterLines, ownExample: try Self.example(yaml))
  }
}
