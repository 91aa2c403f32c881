import Foundation

/// All the board files that were named, read and checked as far as that can be done without LAVA.
public struct BoardFiles: Sendable {
  /// The boards, ordered by hostname.
  public let boards: [BoardFile]
  /// Everything that is wrong; with a mistake nothing may be applied.
  public let mistakes: [FileMistake]
  /// What boards in these files have in common in `BoardFile.Place.file`: the folder with a slash, or the one file.
  public let scope: String

  /// Reads a file, or every `.yaml` and `.yml` directly in a folder.
  ///
  /// One board per file, or several under `boards:`. Mistakes are gathered, one per board.
  public init(at path: String) {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let given = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    let resolved = URL(fileURLWithPath: given).resolvingSymlinksInPath().path
    scope = isFolder.boolValue ? resolved + "/" : resolved
    var mistakes: [FileMistake] = []
    var found: [BoardFile] = []
    let files = isFolder.boolValue ? YAMLFile.files(in: given) : [given]
    if exists, files.isEmpty {
      mistakes.append(
        FileMistake(file: given, message: "there is no board file in this folder", mend: "name files HOST.yaml"))
    }
    for file in files { Self.read(file, &found, &mistakes) }
    var first: [String: BoardFile] = [:]
    for board in found {
      guard let other = first[board.hostname] else {
        first[board.hostname] = board
        continue
      }
      mistakes.append(
        board.mistake(
          "board", "the board '\(board.hostname)' is in \(other.place.given):\(other.place.line) too",
          mend: "keep one of them"))
    }
    self.boards = first.values.sorted { $0.hostname < $1.hostname }
    self.mistakes = mistakes
  }

  private static func read(_ file: String, _ found: inout [BoardFile], _ mistakes: inout [FileMistake]) {
    do {
      let yaml = try YAMLFile.mapping(at: file)
      guard yaml.keys.contains("boards") else { return found.append(try BoardFile(yaml)) }
      try yaml.refuseKeys(otherThan: ["boards"])
      for mapping in try yaml.mappings("boards") ?? [] {
        do { found.append(try BoardFile(mapping)) } catch { mistakes.append(error) }
      }
    } catch {
      mistakes.append(error)
    }
  }
}
