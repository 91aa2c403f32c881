public import BoardInventory
import Foundation
import Logging
internal import Synchronization

/// The checked-in files in force. Readers take the current ones without waiting; a reload swaps them whole.
public final class LabFilesBook: Sendable {
  private struct State {
    var files: LabFiles
    var stamp: [String: Date]
  }

  private let folders: LabFolders
  private let mayCancel: Bool
  private let state: Mutex<State>

  /// Reads the files for the first time.
  ///
  /// - Parameter mayCancel: whether LAVA can be asked to cancel jobs, as `newer_build: cancel` wants.
  public init(folders: LabFolders, mayCancel: Bool = true) {
    self.folders = folders
    self.mayCancel = mayCancel
    self.state = Mutex(State(files: LabFiles.read(folders, mayCancel: mayCancel), stamp: Self.stamp(folders)))
  }

  /// The files in force.
  public var current: LabFiles { state.withLock { $0.files } }

  /// Reads everything again; what has a mistake keeps its last good form.
  ///
  /// - Parameter onlyIfChanged: do nothing unless a file came, went or was written since the last reading.
  /// - Returns: the mistakes, or nil when nothing was read.
  @discardableResult
  public func reload(onlyIfChanged: Bool = false) -> [FileMistake]? {
    let stamp = Self.stamp(folders)
    let previous = state.withLock { $0 }
    if onlyIfChanged, stamp == previous.stamp { return nil }
    let files = LabFiles.read(folders, previous: previous.files, mayCancel: mayCancel)
    state.withLock { $0 = State(files: files, stamp: stamp) }
    return files.mistakes
  }

  private static func stamp(_ folders: LabFolders) -> [String: Date] {
    var stamp: [String: Date] = [:]
    for folder in folders.devices + folders.templates + folders.rules + folders.producers {
      guard let walk = FileManager.default.enumerator(atPath: folder) else { continue }
      for case let name as String in walk where name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
        let path = folder + "/" + name
        stamp[path] =
          (try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date) ?? .distantPast
      }
    }
    return stamp
  }
}
