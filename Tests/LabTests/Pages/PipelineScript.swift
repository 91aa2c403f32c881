import Foundation
import LabSupport
import Testing
import Yams

/// The shell that is in a CI's own file, and the variables that the file sets for it.
///
/// Expressions are filled in as that CI does; one the test has no value for is a mistake of the page.
struct PipelineScript {
  let shell: [String]
  let text: String
  /// Variables that the file sets.
  var environment: [String: String] = [:]
  /// A file of `NAME=value` that later scripts get as variables, from the working folder.
  var dotenv: String?
  /// Whether what is written to `GITHUB_OUTPUT` counts.
  var isAction = false

  /// The scripts of the file, in its order; nil if it is no CI's.
  static func read(_ file: String, _ text: String, variables: [String: String]) throws -> [PipelineScript]? {
    if file == ".gitlab-ci.yml" { return try gitLab(text) }
    if file.hasPrefix(".github/workflows/") { return try gitHub(text, variables) }
    if file.hasPrefix("Jenkinsfile") { return try jenkins(text, variables) }
    return nil
  }

  // MARK: GitLab

  /// The runner puts a job's lines into one script and stops at the first that fails.
  private static func gitLab(_ text: String) throws -> [PipelineScript] {
    let jobs = try #require(try compose(yaml: text)?.mapping)
    return jobs.compactMap { _, job in
      guard let lines = job["script"]?.array().compactMap(\.string) else { return nil }
      var script = PipelineScript(shell: ["/bin/sh", "-e"], text: lines.joined(separator: "\n") + "\n")
      for (name, value) in job["variables"]?.mapping ?? [:] { script.environment[name.string ?? ""] = value.string }
      script.dotenv = job["artifacts"]?["reports"]?["dotenv"]?.string
      return script
    }
  }

  // MARK: GitHub

  private static func gitHub(_ text: String, _ variables: [String: String]) throws -> [PipelineScript] {
    let jobs = try #require(try compose(yaml: text)?["jobs"]?.mapping)
    var scripts: [PipelineScript] = []
    for (_, job) in jobs {
      let common = try filled(job["env"], variables)
      for step in job["steps"]?.array() ?? [] {
        let own = common.merging(try filled(step["env"], variables)) { _, own in own }
        if let run = step["run"]?.string {
          scripts.append(
            PipelineScript(shell: ["/bin/bash", "-e"], text: try filled(run, variables), environment: own))
        } else if let name = step["uses"]?.string, name.contains("/integrations/github@") {
          scripts += try action(try filled(step["with"], variables), common: own)
        }
      }
    }
    return scripts
  }

  /// What the runner makes of `integrations/github/action.yml`.
  static func action(_ given: [String: String], common: [String: String] = [:]) throws -> [PipelineScript] {
    let folder = Lab.repository + "/integrations/github"
    let text = try String(contentsOfFile: folder + "/action.yml", encoding: .utf8)
    let action = try #require(try compose(yaml: text))
    var inputs: [String: String] = [:]
    for (name, input) in action["inputs"]?.mapping ?? [:] {
      let name = try #require(name.string)
      let isRequired = input["required"]?.bool == true
      let value = given[name] ?? input["default"]?.string
      try #require(value != nil || !isRequired, "the action's input \(name) is not given")
      inputs["inputs.\(name)"] = value ?? ""
    }
    let unknown = given.keys.filter { inputs["inputs.\($0)"] == nil }
    try #require(unknown.isEmpty, "the action has no input \(unknown)")
    try #require(action["runs"]?["using"]?.string == "composite")
    return try (action["runs"]?["steps"]?.array() ?? []).map { step in
      let run = try #require(step["run"]?.string)
      // A script with an expression in it would run what the expression holds.
      try #require(!run.contains("${{"), "\(run)")
      var environment = common.merging(try filled(step["env"], inputs)) { _, own in own }
      environment["GITHUB_ACTION_PATH"] = folder
      environment["GITHUB_ACTIONS"] = "true"
      let shell = try #require(step["shell"]?.string)
      return PipelineScript(shell: ["/bin/\(shell)", "-e"], text: run + "\n", environment: environment, isAction: true)
    }
  }

  private static func filled(_ node: Node?, _ variables: [String: String]) throws -> [String: String] {
    var values: [String: String] = [:]
    for (name, value) in node?.mapping ?? [:] {
      values[try #require(name.string)] = try filled(try #require(value.scalar?.string), variables)
    }
    return values
  }

  private static func filled(_ text: String, _ variables: [String: String]) throws -> String {
    try replaced(text, /\$\{\{ *([A-Za-z0-9_.-]+) *\}\}/, variables)
  }

  // MARK: Jenkins

  /// Every `sh '…'` and `sh '''…'''`, and every `NAME = '…'` of an environment.
  private static func jenkins(_ text: String, _ variables: [String: String]) throws -> [PipelineScript] {
    var environment: [String: String] = [:]
    for match in text.matches(of: /(?m)^ *([A-Z_]+) = ['"]([^'"]*)['"]$/) {
      let value = try replaced(String(match.output.2), /\$\{((?:params|env)\.[A-Z_]+)\}/, variables)
      environment[String(match.output.1)] = value
    }
    return text.matches(of: /\bsh (?:label: '[^']*', script: )?(?:'''((?s:.*?))'''|'([^'\n]*)')/).map { match in
      let body = String(match.output.1 ?? match.output.2 ?? "")
      return PipelineScript(shell: ["/bin/sh", "-e"], text: groovy(body) + "\n", environment: environment)
    }
  }

  /// The scripts of Jenkins' step, as its `sh` gets them.
  static func jenkinsStep() throws -> [PipelineScript] {
    let file = Lab.repository + "/integrations/jenkins/vars/boardcastSend.groovy"
    return try jenkins(String(contentsOfFile: file, encoding: .utf8), [:])
  }

  /// What Groovy makes of a text between single quotes.
  private static func groovy(_ text: String) -> String {
    var result = ""
    var isEscaped = false
    for character in text {
      if isEscaped {
        result.append(character == "n" ? "\n" : character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        result.append(character)
      }
    }
    return result
  }

  private static func replaced(
    _ text: String, _ places: Regex<(Substring, Substring)>, _ variables: [String: String]
  ) throws -> String {
    var result = ""
    var rest = text[...]
    while let match = rest.firstMatch(of: places) {
      let name = String(match.output.1)
      result += rest[..<match.range.lowerBound]
      result += try #require(variables[name], "the page uses \(name), which nothing sets")
      rest = rest[match.range.upperBound...]
    }
    return result + rest
  }
}
