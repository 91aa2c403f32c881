public import BoardInventory
import Foundation
import Matcher

/// The job templates of a lab: its own folder first, then the shipped one. Immutable once loaded.
public struct TemplateLibrary: Sendable {
  let files: [String: TemplateFile]
  /// Which boot method goes first.
  let order: BootOrder
  private let demanded: [String: TemplateDemands]
  private let mentioning: Set<String>

  /// A library without templates.
  init() {
    files = [:]
    order = BootOrder()
    demanded = [:]
    mentioning = []
  }

  /// Reads every `.yaml` file below the folders; of two with one name, the earlier folder's wins.
  ///
  /// Throws a `FileMistake` for a file that cannot be read or lies elsewhere, that outputs values without quoting them,
  /// that includes itself or what is not there. That a template renders to a LAVA job is checked by `RuleCheck`.
  public init(folders: [String]) throws(FileMistake) {
    var files: [String: TemplateFile] = [:]
    for folder in folders {
      for path in Self.paths(below: folder) {
        let name = String(path.dropFirst(folder.count + 1).dropLast(".yaml".count))
        guard files[name] == nil else { continue }
        try Self.checkStays(path, in: folder)
        let file = TemplateFile(name: name, path: path, text: try YAMLFile.text(at: path))
        try file.checkSafety()
        files[name] = file
      }
    }
    self.files = files
    self.order = try files[BootOrder.name].map { file throws(FileMistake) in try BootOrder(file) } ?? BootOrder()
    let names = files.keys.sorted()
    for name in names { try Self.checkParts(of: name, files) }
    var done: Set<String> = []
    for name in names { try Self.checkCircles(from: name, on: [], done: &done, files) }
    var own: [String: TemplateDemands] = [:]
    for name in names { own[name] = try files[name]?.demands() }
    var demanded: [String: TemplateDemands] = [:]
    var mentioning: Set<String> = []
    for name in names {
      let all = Self.closure(of: name, files)
      demanded[name] = all.compactMap { own[$0] }.reduce(TemplateDemands()) { $0.orElse($1) }
      if all.contains(where: { files[$0]?.mentionsBoard ?? false }) { mentioning.insert(name) }
    }
    self.demanded = demanded
    self.mentioning = mentioning
  }

  /// The names of all job templates, sorted; parts (whose name begins with `_`) are left out.
  public var names: [String] { files.values.filter { !$0.isPart }.map(\.name).sorted() }

  /// The names of the test blocks, sorted.
  public var tests: [String] {
    files.keys.filter { $0.hasPrefix(TemplateFile.testsFolder) }.map {
      String($0.dropFirst(TemplateFile.testsFolder.count))
    }
    .sorted()
  }

  /// Whether a template, one of its parts or one of these test blocks asks for the board itself, so that it must be
  /// rendered once per board.
  func mentionsBoard(_ file: TemplateFile, tests: [String] = []) -> Bool {
    mentioning.contains(file.name) || tests.contains { mentioning.contains(TemplateFile.testsFolder + $0) }
  }

  /// What a template and its parts ask for.
  func demands(of file: TemplateFile) -> TemplateDemands { demanded[file.name] ?? TemplateDemands() }

  /// The template file a rule's choice leads to for a boot method: the file itself, or the one in the folder.
  func file(_ choice: String, bootMethod: String?) -> TemplateFile? {
    if let file = files[choice], !file.isPart { return file }
    return bootMethod.flatMap { files["\(choice)/\($0)"] }.flatMap { $0.isPart ? nil : $0 }
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
