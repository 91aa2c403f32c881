import BoardInventory
import Foundation
import Matcher

extension TemplateFile {
  /// What the comments of this file itself ask for. Throws where a line lists something that is no name.
  func demands() throws(FileMistake) -> TemplateDemands {
    var demands = TemplateDemands()
    for match in text.matches(of: /\{#\s*(needs|deploys|without):([^#]*)#\}/) {
      let line = self.line(of: match.range.lowerBound)
      let words = match.output.2.split(separator: ",", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespacesAndNewlines)
      }
      switch match.output.1 {
      case "needs":
        demands.needs.append(
          try names(words, line, "image's role") {
            $0.wholeMatch(of: /[a-z][a-z0-9_.-]{0,63}/).map { String($0.output) }
          })
      case "deploys":
        demands.deploys += try names(words, line, "deploy method") { DeployMethod(normalizing: $0) }
      default:
        demands.without += try names(words, line, "boot method") { BootMethod(normalizing: $0) }
      }
    }
    return demands
  }

  /// The line a place in the text is in, counted from 1.
  func line(of index: String.Index) -> Int { text[..<index].count { $0.isNewline } + 1 }

  private func names<Name>(
    _ words: [String], _ line: Int, _ kind: String, _ read: (String) -> Name?
  ) throws(FileMistake) -> [Name] {
    var names: [Name] = []
    for word in words {
      guard let name = read(word) else {
        throw FileMistake(
          file: path, line: line, message: "'\(word)' is no \(kind)", mend: "list names with commas between")
      }
      names.append(name)
    }
    return names
  }
}
