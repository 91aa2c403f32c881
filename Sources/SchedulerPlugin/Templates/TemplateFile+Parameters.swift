extension TemplateFile {
  /// The rule's parameters that the file's own text names, as `rule.parameters.NAME`; nil where it takes them as a whole,
  /// so that any name may count.
  var parameters: Set<String>? {
    var names: Set<String> = []
    let code = text.replacing(/\{#(?s).*?#\}/, with: "")
    for match in code.matches(of: /rule\.parameters(?![A-Za-z0-9_-])(?:\.([A-Za-z0-9_-]+))?/) {
      guard let name = match.output.1 else { return nil }
      names.insert(String(name))
    }
    return names
  }
}
