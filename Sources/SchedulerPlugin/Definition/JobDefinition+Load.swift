internal import Yams

extension JobDefinition {
  /// Reads a definition: exactly one YAML 1.1 document that is a mapping.
  ///
  /// The wording of refusals is that of `lava_scheduler_app/dbutils.py:validate_job` and of libyaml.
  public static func load(_ text: String) throws(DefinitionMistake) -> JobDefinition {
    // Set to UTF-8, libyaml takes a leading byte order mark for a column of the first line.
    let text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    try refuseByteOrderMark(text)
    let parser: Parser
    let node: Node?
    do {
      try refuseAliasesInKeys(text)
      parser = try Parser(yaml: text, resolver: YAMLType.plainResolver.get(), encoding: .utf8)
      node = try parser.singleRoot()
    } catch {
      throw DefinitionMistake(loading: error, text)
    }
    // The parser owns the anchors, nodes only point to them.
    return try withExtendedLifetime(parser) { () throws(DefinitionMistake) in
      var constructor = YAMLConstructor()
      guard let node else { throw DefinitionMistake("expected a dictionary") }
      let located = try constructor.construct(node)
      guard case .mapping(let root) = located.value else {
        throw DefinitionMistake("expected a dictionary", line: located.origin.mark?.line)
      }
      return JobDefinition(root: root, origin: located.origin)
    }
  }

  /// Foundation drops a U+FEFF at the start of every scalar that Yams reads, which would change the value without a
  /// word. At the start of the whole text it is fine and already gone.
  private static func refuseByteOrderMark(_ text: String) throws(DefinitionMistake) {
    let body = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    for (place, line) in body.enumerated() {
      let text = String(line).lowercased()
      guard line.contains("\u{FEFF}") || text.contains("\\ufeff") || text.contains("\\u0000feff") else { continue }
      throw .loading("the character U+FEFF is not supported; remove it", line: place + 1, .byteOrderMark)
    }
  }
}

extension DefinitionMistake {
  /// What LAVA says of a text that is no YAML.
  static func loading(_ problem: String, line: Int?, _ strictness: Strictness? = nil) -> DefinitionMistake {
    DefinitionMistake("Loading job submission failed: \(problem)", line: line, strictness: strictness)
  }

  fileprivate init(loading error: any Error, _ text: String) {
    switch error {
    case let mistake as DefinitionMistake:
      self = mistake
    case YamlError.scanner(let context, let problem, let mark, _),
      YamlError.parser(let context, let problem, let mark, _),
      YamlError.composer(let context, let problem, let mark, _):
      let around = context.map { $0.text + ", " } ?? ""
      // PyYAML takes a value that holds itself; where nothing of the name was said at all, it says the same words.
      self = .loading(around + problem, line: mark.line, problem == "found undefined alias" ? .aliasCircle : nil)
    case YamlError.reader(let problem, let offset, let value, _):
      let digits = String(value, radix: 16)
      let character = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
      let isCharacter = problem == "control characters are not allowed"
      self = .loading(
        (isCharacter ? "unacceptable character #x\(character): " : "") + problem,
        line: offset.map { text.prefix($0).count { $0.isNewline } + 1 })
    case YamlError.duplicatedKeysInMapping(let keys, let context):
      let names = keys.map(\.pythonRepr).joined(separator: ", ")
      self = .loading("found duplicate key \(names); write it once", line: context.mark.line, .duplicateKey)
    default:
      self = .loading("the text cannot be read as YAML", line: nil)
    }
  }
}
