public import Matcher

/// What is known of device types, from the lab's own files and the shipped ones.
public struct DeviceCatalogue: Sendable, Hashable {
  /// Entries by device type; where several folders have one, the parts of the earlier folder win.
  public let entries: [String: DeviceTypeEntry]

  /// A catalogue of the given entries; for two of one type, the earlier wins kind by kind.
  public init(_ entries: some Sequence<DeviceTypeEntry>) {
    self.entries = Dictionary(entries.map { ($0.deviceType, $0) }, uniquingKeysWith: { $0.orElse($1) })
  }

  /// Reads the folders, the lab's own first. A folder that does not exist is empty.
  ///
  /// Types that list no image families get those of the folders' `families.yaml` that their boot and deploy methods
  /// allow, after the folders' words on the type were put together.
  ///
  /// Throws the first `FileMistake`; also when one folder describes a type twice.
  public init(folders: [String]) throws(FileMistake) {
    var all: [DeviceTypeEntry] = []
    for folder in folders {
      var files: [String: String] = [:]
      for file in YAMLFile.files(in: folder) where !file.hasSuffix("/" + ImageFamilyTable.fileName) {
        let entry = try DeviceTypeEntry(file: file)
        if let other = files.updateValue(file, forKey: entry.deviceType) {
          throw FileMistake(
            file: file, message: "device type \(entry.deviceType) is described in \(other) too", mend: "keep one file")
        }
        all.append(entry)
      }
    }
    let table = try ImageFamilyTable.read(folders: folders)
    self.init(Self(all).entries.values.map { $0.derivingFamilies(from: table) })
  }

  /// The kernel's names of device trees, by device type, where somebody said one.
  public var deviceTrees: [String: String] { entries.compactMapValues(\.deviceTree) }

  /// What boards of a type can run; unknown for a type nobody described.
  public func capabilities(of deviceType: String) -> Capabilities {
    entries[deviceType]?.capabilities ?? .unknown
  }
}

extension DeviceTypeEntry {
  /// This entry, completed by another of the same type wherever this one is silent.
  func orElse(_ other: Self) -> Self {
    DeviceTypeEntry(
      deviceType: deviceType, capabilities: capabilities.orElse(other.capabilities),
      deviceTree: deviceTree ?? other.deviceTree,
      sources: sources.merging(other.sources) { mine, _ in mine }, file: file)
  }
}
