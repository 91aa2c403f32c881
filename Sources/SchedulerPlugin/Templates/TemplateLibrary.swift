public import BoardInventory
import Foundation

/// The job templates of a lab: its own folder first, then the shipped one. Immutable once loaded.
public struct TemplateLibrary: Sendable {
  let files: [String: TemplateFile]

  /// A library without templates.
  init() { self.files = [:] }

  /// Reads every `.yaml` file below the folders; of two with one name, the earlier folder's wins.
  ///
  /// Throws a `FileMistake` for a file that cannot be read or that outputs values without quoting them. That a
  /// template renders to a LAVA job is checked with `mistakes(in:)`.
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
  }

  /// The names of all job templates, sorted; parts (whose name begins with `_`) are left out.
  public var names: [String] { files.values.filter { !$0.isPart }.map(\.name).sorted() }

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
