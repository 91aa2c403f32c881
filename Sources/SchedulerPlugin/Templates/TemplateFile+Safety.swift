import BoardInventory

extension TemplateFile {
  /// Refuses what a template of a job never needs and what no later check could make safe.
  func checkSafety() throws(FileMistake) {
    try checkEveryOutputIsQuoted()
    try checkNothingChangesWhatWasQuoted()
    try checkPartsAreWrittenOut()
    try checkLoopsAreOverLists()
    try checkIsSingleNode()
  }

  /// Refuses an output that does not end in the filter `yaml`, because then a build system's text could become
  /// YAML structure: a URL with a line break in it would add keys to the job.
  private func checkEveryOutputIsQuoted() throws(FileMistake) {
    // Over the whole text, not line by line: Stencil lets an output run over several lines.
    for match in text.matches(of: /\{\{((?s).*?)\}\}/) {
      let expression = match.output.1
      let line = self.line(of: match.range.lowerBound)
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
  }

  /// Stencil makes a list of a range before the first round: `1...9999999999` would take all memory.
  private func checkLoopsAreOverLists() throws(FileMistake) {
    guard let match = text.firstMatch(of: /\{%[^%]*\bfor\s[^%]*\.\./) else { return }
    throw FileMistake(
      file: path, line: line(of: match.range.lowerBound), message: "a loop counts over a range",
      mend: "loop over a list or a mapping of the event, or write the lines out")
  }

  /// A name that comes out of a value could be chosen by a build system, and circles of them could not be seen.
  private func checkPartsAreWrittenOut() throws(FileMistake) {
    for match in text.matches(of: /\{%-?\s*(?:include|extends|tests)\s+(?!["'])/) {
      throw FileMistake(
        file: path, line: line(of: match.range.lowerBound),
        message: "what is included is not written out", mend: "write its name in quotes")
    }
  }

  /// `{% filter %}` works on what its outputs have quoted already, and could cut the quote off again.
  private func checkNothingChangesWhatWasQuoted() throws(FileMistake) {
    guard let match = text.firstMatch(of: /\{%-?\s*filter\s/) else { return }
    throw FileMistake(
      file: path, line: line(of: match.range.lowerBound),
      message: "{% filter %} changes what was quoted already", mend: "put the filter into the output, before |yaml")
  }
}
