import Foundation
import LabSupport
import Testing

/// A page of the documentation as the blocks in it that can be run.
///
/// A block's info string says what it is: its language, then the name of the file it is, or how it is run: `lab` (on the
/// lab's machine, before it serves), `becomes` (an event the lab must have after the page), `untested` (which no board of
/// the test's lab can run), `needs PACKAGE` (of PyPI), `not-run`. What a reader need not see stands in a comment that
/// begins with `<!-- sh`.
struct DocumentPage: Sendable, CustomTestStringConvertible {
  let name: String
  let blocks: [Block]

  var testDescription: String { name }

  struct Block: Sendable {
    let language: String
    /// The file it is.
    let file: String?
    let flags: Set<String>
    /// The package of PyPI it needs.
    let package: String?
    let text: String
    /// The line it begins on.
    let line: Int

    func has(_ flag: String) -> Bool { flags.contains(flag) }
  }

  private static let flags: Set = ["lab", "becomes", "untested", "not-run"]

  init(name: String, text: String) {
    self.name = name
    var blocks: [Block] = []
    var open: (info: String, line: Int, end: String, text: [Substring])?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if let block = open {
        if line == block.end {
          blocks.append(Self.block(block.info, block.text.map { $0 + "\n" }.joined(), line: block.line))
          open = nil
        } else {
          open?.text.append(line)
        }
      } else if line.hasPrefix("```") {
        open = (String(line.dropFirst(3)), index + 1, "```", [])
      } else if line.hasPrefix("<!-- sh") {
        open = (String(line.dropFirst("<!-- ".count)), index + 1, "-->", [])
      }
    }
    self.blocks = blocks
  }

  private static func block(_ info: String, _ text: String, line: Int) -> Block {
    var words = info.split(separator: " ").map(String.init)[...]
    let language = words.popFirst() ?? ""
    var flags: Set<String> = []
    var (file, package): (String?, String?) = (nil, nil)
    while let word = words.popFirst() {
      if word == "needs" {
        package = words.popFirst()
      } else if Self.flags.contains(word) {
        flags.insert(word)
      } else {
        file = word
      }
    }
    return Block(language: language, file: file, flags: flags, package: package, text: text, line: line)
  }

  /// The pages of a folder, sorted by name.
  static func all(in folder: String) throws -> [DocumentPage] {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".md") }.sorted().map {
      DocumentPage(name: $0, text: try String(contentsOfFile: folder + "/" + $0, encoding: .utf8))
    }
  }
}
