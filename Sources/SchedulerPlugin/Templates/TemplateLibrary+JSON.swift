public import BuildEvents
internal import Matcher

extension TemplateLibrary {
  /// One line of a list of templates.
  public struct Line: Sendable {
    /// The template's name.
    public let name: String
    /// Sets of image roles, of which the event must bring one.
    public let needs: [[String]]
    /// Deploy methods the board must have.
    public let deploys: [String]
    /// The file it was read from.
    public let file: String
  }

  /// The job templates, by name.
  public var lines: [Line] {
    names.compactMap { files[$0] }.map { file in
      let demands = demands(of: file)
      return Line(name: file.name, needs: demands.needs, deploys: demands.deploys.map(\.name), file: file.path)
    }
  }

  /// For machines. Keys are only ever added.
  public var json: JSONValue {
    .object([
      "templates": .array(
        lines.map { line in
          .object([
            "name": .string(line.name),
            "needs": .array(line.needs.map { .array($0.map(JSONValue.string)) }),
            "deploys": .array(line.deploys.map(JSONValue.string)),
            "file": .string(line.file),
          ])
        }),
      "tests": .array(tests.map(JSONValue.string)),
    ])
  }
}
