import Foundation
internal import Yams

/// Reads one of the files people check in (devices, rules, configuration) so that every mistake names its line.
public enum YAMLFile {
  /// Files larger than this are refused: people do not write them, so something else is wrong.
  public static let largestFile = 1 << 20

  /// Reads a file whose top level must be a mapping.
  ///
  /// Throws `FileMistake` for a file that cannot be read, is not UTF-8, is over 1 MiB, or is no such YAML.
  public static func mapping(at path: String) throws(FileMistake) -> FileMapping {
    try mapping(text: text(at: path), file: path)
  }

  /// Reads the text of a file, bounded and checked to be UTF-8.
  public static func text(at path: String) throws(FileMistake) -> String {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      let exists = FileManager.default.fileExists(atPath: path)
      throw FileMistake(
        file: path, message: exists ? "the file cannot be read" : "there is no such file",
        mend: exists ? "check its permissions" : nil)
    }
    guard data.count <= largestFile else {
      throw FileMistake(file: path, message: "the file is \(data.count) bytes long, the limit is \(largestFile)")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw FileMistake(file: path, message: "the file is not UTF-8", mend: "save it as UTF-8")
    }
    return text
  }

  /// Reads text that stands for a file's content; `file` is used in mistakes only.
  public static func mapping(text: String, file: String) throws(FileMistake) -> FileMapping {
    let node: Node?
    do {
      node = try compose(yaml: text)
    } catch let error as YamlError {
      throw FileMistake(error, file: file)
    } catch {
      throw FileMistake(file: file, message: "not YAML")
    }
    guard let node, case .mapping(let mapping) = node else {
      throw FileMistake(
        file: file, line: node?.mark?.line, message: "the file must be a mapping of keys to values",
        mend: "start it with 'key: value' lines")
    }
    return FileMapping(file: file, line: mapping.mark?.line ?? 1, mapping: mapping)
  }

  /// The `.yaml` and `.yml` files directly in a folder, sorted by name; none when the folder does not exist.
  public static func files(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
      .filter { !$0.hasPrefix(".") }
      .sorted()
      .map { folder + "/" + $0 }
  }
}

extension FileMistake {
  init(_ error: YamlError, file: String) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      self.init(file: file, line: mark.line, message: "not YAML: \(problem)")
    case .reader(let problem, _, _, _):
      self.init(file: file, message: "not YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      self.init(
        file: file, line: context.mark.line,
        message: "the key \(duplicates.joined(separator: ", ")) stands there twice",
        mend: "keep one of them", repeatedKey: .init(line: context.mark.line, column: context.mark.column))
    default:
      self.init(file: file, message: "not YAML")
    }
  }
}
