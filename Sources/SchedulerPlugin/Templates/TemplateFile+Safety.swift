import BoardInventory

extension TemplateFile {
  /// Refuses an output that does not end in the filter `yaml`, because then a build system's text could become
  /// YAML structure: a URL with a line break in it would add keys to the job.
  func checkEveryOutputIsQuoted() throws(FileMistake) {
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      for match in line.matches(of: /\{\{(.*?)\}\}/) {
        let expression = match.output.1
        guard expression.wholeMatch(of: /.*\|\s*yaml\s*/) == nil, expression.wholeMatch(of: /\s*block\.super\s*/) == nil
        else { continue }
        let name = expression.trimmingPrefix(/\s*/).prefix { !$0.isWhitespace && $0 != "|" }
        throw FileMistake(
          file: path, line: number + 1, message: "{{\(expression)}} is put into the job as it is",
          mend: "write {{ \(name)|yaml }}, which quotes it")
      }
    }
  }
}
