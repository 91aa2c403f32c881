internal import Matcher

/// What is known of device types, what is not, and where two sources disagree.
public struct TypesReport: Hashable, Sendable {
  /// One device type: its entry, or nil when nobody described it.
  public struct Line: Hashable, Sendable {
    /// LAVA's name of the type.
    public let name: String
    /// What is known of it; nil when no file describes it.
    public let entry: DeviceTypeEntry?

    /// A line of a report.
    public init(name: String, entry: DeviceTypeEntry?) {
      self.name = name
      self.entry = entry
    }
  }

  /// Two sources that say different things of one type; the first is believed.
  public struct Disagreement: Hashable, Sendable, CustomStringConvertible {
    /// LAVA's name of the type.
    public let deviceType: String
    /// What they disagree on, by the key of the files, for example `architectures`.
    public let kind: String
    /// What is believed, and who says it.
    public let believed: String
    /// What the other says, and who that is.
    public let other: String
    /// Whether a lab's own file overrides the shipped one, which is what such a file is for, and no mistake.
    public let isOverride: Bool

    /// One line.
    public var description: String { "\(deviceType): \(kind): \(believed); \(other)" }
  }

  /// The types asked about, by name.
  public let lines: [Line]
  /// What disagrees, by type.
  public let disagreements: [Disagreement]

  /// Reports the types of a lab; nil reports every type of the catalogue.
  ///
  /// - Parameters:
  ///   - names: LAVA's device types.
  ///   - catalogue: what is believed.
  ///   - own: what the lab's own folders say, alone.
  ///   - shipped: what the shipped folder says, alone.
  ///   - lava: what LAVA's table says of the types' architectures (`devicetype.architecture`, set by a lab's admins).
  public init(
    of names: [String]?, catalogue: DeviceCatalogue, own: DeviceCatalogue, shipped: DeviceCatalogue,
    lava: [String: String] = [:]
  ) {
    let names = (names ?? Array(catalogue.entries.keys)).sorted()
    lines = names.map { Line(name: $0, entry: catalogue.entries[$0]) }
    disagreements = names.flatMap { name in
      Self.overrides(name, own.entries[name], shipped.entries[name])
        + Self.lavaDisagreement(name, catalogue.entries[name], lava[name])
    }
  }

  /// Types of which a kind of fact is unknown, by the key of the files; kinds that every type has are left out.
  public var unknown: [String: [String]] {
    var unknown: [String: [String]] = [:]
    for line in lines {
      let known = line.entry?.capabilities ?? .unknown
      for (kind, isKnown) in [
        ("architectures", known.architectures.isKnown), ("boot_methods", known.bootMethods.isKnown),
        ("deploy_methods", known.deployMethods.isKnown), ("image_families", known.imageFamilies.isKnown),
      ] where !isKnown { unknown[kind, default: []].append(line.name) }
    }
    return unknown
  }

  /// Types that no file describes.
  public var undescribed: [String] { lines.filter { $0.entry == nil }.map(\.name) }

  private static func overrides(
    _ name: String, _ own: DeviceTypeEntry?, _ shipped: DeviceTypeEntry?
  ) -> [Disagreement] {
    guard let own, let shipped else { return [] }
    let mine = own.capabilities
    let theirs = shipped.capabilities
    return [
      disagreement(name, "architectures", mine.architectures, theirs.architectures, own, shipped),
      disagreement(name, "boot_methods", mine.bootMethods, theirs.bootMethods, own, shipped),
      disagreement(name, "deploy_methods", mine.deployMethods, theirs.deployMethods, own, shipped),
      disagreement(name, "image_families", mine.imageFamilies, theirs.imageFamilies, own, shipped),
    ].compactMap { $0 }
  }

  private static func disagreement<Name: CustomStringConvertible>(
    _ type: String, _ kind: String, _ mine: CapabilitySet<Name>, _ theirs: CapabilitySet<Name>,
    _ own: DeviceTypeEntry, _ shipped: DeviceTypeEntry
  ) -> Disagreement? {
    guard mine.isKnown, theirs.isKnown, mine != theirs else { return nil }
    return Disagreement(
      deviceType: type, kind: kind, believed: "\(own.file) says \(words(mine))",
      other: "\(shipped.file) says \(words(theirs))", isOverride: true)
  }

  private static func lavaDisagreement(
    _ type: String, _ entry: DeviceTypeEntry?, _ word: String?
  ) -> [Disagreement] {
    guard let word, let entry, entry.capabilities.architectures.isKnown,
      Architecture(normalizing: word).map(entry.capabilities.architectures.contains) != true
    else { return [] }
    return [
      Disagreement(
        deviceType: type, kind: "architectures",
        believed: "\(entry.file) says \(words(entry.capabilities.architectures))",
        other: "LAVA's device type says \(word)", isOverride: false)
    ]
  }

  private static func words<Name: CustomStringConvertible>(_ set: CapabilitySet<Name>) -> String {
    set.elements.isEmpty ? "none" : set.elements.map(\.description).joined(separator: " ")
  }
}
