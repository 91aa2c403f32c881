import BoardInventory

extension TemplateFile {
  /// Refuses an output that does not end in the filter `yaml`, because then a build system's text could become
  /// YAML structure: a URL with a line break in it would add keys to the job.
  func checkEveryOutputIsQuoted() throws(FileMistake) {
    // Over the whole text, not line by line: Stencil lets an output run over several lines.
    for match in text.matches(of: /\{\{((?s).*?)\}\}/) {
      let expression = match.output.1
      let line = text[..<match.range.lowerBound].count { $0.isNewline } + 1
      let code = expression.replacing(/"[^"]*"|'[^']*'/, with: "''")
      guard code.firstMatch(of: /\sif\s/) == nil else {
        throw FileMistake(
          file: path, line: line, message: "{{\(expression)}} has an 'if', whose first branch no filter quotes",
          mend: "write {% if … %}{{ …|yaml }}{% endif %}")
      }
      guard code.wholeMatch(of: /(?s).*\|\s*yaml\s*/) == nil, code.wholeMatch(of: /\s*block\.super\s*/) == nil
      else { continue }
      let name = expression.trimmingPrefix(/\s*/).prefix { !$0.isWhitespace && $0 != "|" }
      throw FileMistake(
        file: path, line: line, message: "{{\(expression)}} is put into the job as it is",
        mend: "write {{ \(name)|yaml }}, which quotes it")
    }
    try checkNothingChangesWhatWasQuoted()
    try checkPartsAreWrittenOut()
  }

  /// A name that comes out of a value could be chosen by a build system, and circles of them could not be seen.
  private func checkPartsAreWrittenOut() throws(FileMistake) {
    for match in text.matches(of: /\{%-?\s*(?:include|extends)\s+(?!["'])/) {
      throw FileMistake(
        file: path, line: text[..<match.range.lowerBound].count { $0.isNewline } + 1,
        message: "what is included is not written out", mend: "write its name in quotes")
    }
  }

  /// `{% filter %}` works on what its outputs have quoted already, and could cut the quote off again.
  private func checkNothingChangesWhatWasQuoted() throws(FileMistake) {
    guard let match = text.firstMatch(of: /\{%-?\s*filter\s/) else { return }
    throw FileMistake(
      file: path, line: text[..<match.range.lowerBound].count { $0.isNewline } + 1,
      message: "{% filter %} changes what was quoted already", mend: "put the filter into the output, before |yaml")
  }
}
