public import Matcher

/// What is known of device types, from the lab's own files and the shipped ones.
public struct DeviceCatalogue: Sendable, Hashable {
  /// What the lab's own files say, by device type; where several folders have one, the parts of the earlier folder win.
  public let own: [String: DeviceTypeEntry]
  /// What the shipped files say, by device type.
  public let shipped: [String: DeviceTypeEntry]
  /// Which image families follow from boot and deploy methods, the lab's own table over the shipped one.
  public let families: ImageFamilyTable
  /// Both together, the lab's own over the shipped, with the image families that follow.
  public let entries: [String: DeviceTypeEntry]

  /// A catalogue of shipped entries; for two of one type, the earlier wins kind by kind.
  public init(_ entries: some Sequence<DeviceTypeEntry>) {
    self.init(own: [:], shipped: Self.merged(entries), families: ImageFamilyTable())
  }

  /// A catalogue of a lab's own entries and shipped ones, without image families that follow.
  public init(own: some Sequence<DeviceTypeEntry>, shipped: some Sequence<DeviceTypeEntry>) {
    self.init(own: Self.merged(own), shipped: Self.merged(shipped), families: ImageFamilyTable())
  }

  private init(own: [String: DeviceTypeEntry], shipped: [String: DeviceTypeEntry], families: ImageFamilyTable) {
    self.own = own
    self.shipped = shipped
    self.families = families
    entries = own.merging(shipped) { $0.orElse($1) }.mapValues { $0.derivingFamilies(from: families) }
  }

  /// Reads the folders, the lab's own first; the last one is the shipped one. A folder that does not exist is empty.
  ///
  /// Types that list no image families get those of the folders' `families.yaml` that their boot and deploy methods
  /// allow, after the folders' words on the type were put together.
  ///
  /// Throws the first `FileMistake`; also when one folder describes a type twice.
  public init(folders: [String]) throws(FileMistake) {
    var own: [DeviceTypeEntry] = []
    for folder in folders.dropLast() { own += try Self.read(folder) }
    var shipped: [DeviceTypeEntry] = []
    for folder in folders.suffix(1) { shipped += try Self.read(folder) }
    self.init(
      own: Self.merged(own), shipped: Self.merged(shipped), families: try ImageFamilyTable.read(folders: folders))
  }

  /// The kernel's names of device trees, by device type, where somebody said one.
  public var deviceTrees: [String: String] { entries.compactMapValues(\.deviceTree) }

  /// What the files say of a type; unknown for a type nobody described.
  public func capabilities(of deviceType: String) -> Capabilities {
    entries[deviceType]?.capabilities ?? .unknown
  }

  private static func read(_ folder: String) throws(FileMistake) -> [DeviceTypeEntry] {
    var files: [String: String] = [:]
    var entries: [DeviceTypeEntry] = []
    for file in YAMLFile.files(in: folder) where !file.hasSuffix("/" + ImageFamilyTable.fileName) {
      let entry = try DeviceTypeEntry(file: file)
      if let other = files.updateValue(file, forKey: entry.deviceType) {
        throw FileMistake(
          file: file, message: "device type \(entry.deviceType) is described in \(other) too", mend: "keep one file")
      }
      entries.append(entry)
    }
    return entries
  }

  private static func merged(_ entries: some Sequence<DeviceTypeEntry>) -> [String: DeviceTypeEntry] {
    Dictionary(entries.map { ($0.deviceType, $0) }, uniquingKeysWith: { $0.orElse($1) })
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
