public import BoardInventory
import Foundation

/// The job templates of a lab: its own folder first, then the shipped one. Immutable once loaded.
public struct TemplateLibrary: Sendable {
  let files: [String: TemplateFile]

  /// A library without templates.
  init() { self.files = [:] }

  /// Reads every `.yaml` file below the folders; of two with one name, the earlier folder's wins.
  ///
  /// Throws a `FileMistake` for a file that cannot be read, that outputs values without quoting them, or that includes
  /// itself. That a template renders to a LAVA job is checked by `RuleCheck`.
  public init(folders: [String]) throws(FileMistake) {
    var files: [String: TemplateFile] = [:]
    for folder in folders {
      for path in Self.paths(below: folder) {
        let name = String(path.dropFirst(folder.count + 1).dropLast(".yaml".count))
        guard files[name] == nil else { continue }
        let file = TemplateFile(name: name, path: path, text: try YAMLFile.text(at: path))
        try file.checkEveryOutputIsQuoted()
        files[name] = file
      }
    }
    self.files = files
    for name in files.keys.sorted() { try checkCircles(from: name, on: []) }
  }

  /// Stencil would follow a circle of includes until the process's stack is full.
  private func checkCircles(from name: String, on way: [String]) throws(FileMistake) {
    guard let file = files[name] else { return }
    guard !way.contains(name) else {
      throw FileMistake(
        file: file.path, message: "the template includes itself: \((way + [name]).joined(separator: " > "))",
        mend: "break the circle")
    }
    for part in file.parts { try checkCircles(from: part, on: way + [name]) }
  }

  /// The names of all job templates, sorted; parts (whose name begins with `_`) are left out.
  public var names: [String] { files.values.filter { !$0.isPart }.map(\.name).sorted() }

  /// Whether a template or one of its parts asks for the board itself, so that it must be rendered once per board.
  func mentionsBoard(_ file: TemplateFile) -> Bool {
    var seen: Set<String> = []
    var open = [file]
    while let next = open.popLast() {
      guard !next.mentionsBoard else { return true }
      open += next.parts.filter { seen.insert($0).inserted }.compactMap { files[$0] }
    }
    return false
  }

  /// The template file a rule's choice leads to for a boot method: the file itself, or the one in the folder.
  func file(_ choice: String, bootMethod: String?) -> TemplateFile? {
    if let file = files[choice], !file.isPart { return file }
    return bootMethod.flatMap { files["\(choice)/\($0)"] }
  }

  /// The boot methods a folder of templates serves, sorted; nil when the choice is one file for all.
  func bootMethods(of choice: String) -> [String]? {
    guard files[choice] == nil else { return nil }
    return files.values.filter { !$0.isPart && $0.name.hasPrefix(choice + "/") }
      .map { String($0.name.dropFirst(choice.count + 1)) }
      .sorted()
  }

  private static func paths(below folder: String) -> [String] {
    guard let walk = FileManager.default.enumerator(atPath: folder) else { return [] }
    return walk.compactMap { $0 as? String }
      .filter { $0.hasSuffix(".yaml") }
      .sorted()
      .map { folder + "/" + $0 }
  }
}
