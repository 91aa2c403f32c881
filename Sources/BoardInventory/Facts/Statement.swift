public import Matcher

/// What one source says of a board.
public struct Statement: Hashable, Sendable {
  /// Who says it.
  public let source: FactSource
  /// What it says; kinds it is silent on are unknown.
  public let capabilities: Capabilities
  /// The name of the device tree blob; nil when it is silent on that.
  public let deviceTree: String?
  /// Where the source has it from, by kind; also for what it says is unknown.
  public let notes: [FactKind: String]
  /// Words it says that are no name anybody knows; they count as nothing said.
  public let unread: [FactKind: [String]]

  /// A statement from its parts.
  public init(
    _ source: FactSource, _ capabilities: Capabilities = .unknown, deviceTree: String? = nil,
    notes: [FactKind: String] = [:], unread: [FactKind: [String]] = [:]
  ) {
    self.source = source
    self.capabilities = capabilities
    self.deviceTree = deviceTree
    self.notes = notes
    self.unread = unread
  }

  /// A statement of names as they stand in a table: lists by kind, nil where nothing is said. `unknown` alone says
  /// nothing; what is no name is kept as unread, and the rest counts.
  public init(
    _ source: FactSource, names: [FactKind: [String]], deviceTree: String? = nil, notes: [FactKind: String] = [:]
  ) {
    var unread: [FactKind: [String]] = [:]
    func read<Name>(_ kind: FactKind, _ read: (String) -> Name?) -> CapabilitySet<Name> {
      guard let words = names[kind], words != ["unknown"] else { return .unknown }
      let strange = words.filter { read($0) == nil }
      if !strange.isEmpty { unread[kind] = strange }
      let known = Set(words.compactMap(read))
      return known.isEmpty && !strange.isEmpty ? .unknown : .known(known)
    }
    let capabilities = Capabilities(
      architectures: read(.architectures) { Architecture(normalizing: $0) },
      imageFamilies: read(.imageFamilies) { ImageFamily(normalizing: $0) },
      bootMethods: read(.bootMethods) { BootMethod(normalizing: $0) },
      deployMethods: read(.deployMethods) { DeployMethod(normalizing: $0) })
    self.init(source, capabilities, deviceTree: deviceTree, notes: notes, unread: unread)
  }

  /// What a file of a `devices/` folder says.
  init(_ entry: DeviceTypeEntry, _ source: FactSource) {
    self.init(
      source, entry.capabilities, deviceTree: entry.deviceTree,
      notes: Dictionary(
        uniqueKeysWithValues: entry.sources.compactMap { key, note in FactKind(rawValue: key).map { ($0, note) } }))
  }

  /// Whether it knows this kind.
  public func knows(_ kind: FactKind) -> Bool { values(kind) != nil }

  /// What it says of a kind, as names in order; nil when it does not know.
  public func values(_ kind: FactKind) -> [String]? { capabilities.names(kind, deviceTree: deviceTree) }

  /// Who says this kind, and where they have it from.
  public func words(_ kind: FactKind) -> String {
    notes[kind].map { "\(source.words): \($0)" } ?? source.words
  }
}

extension Capabilities {
  /// The names of one kind in order; nil when unknown.
  func names(_ kind: FactKind, deviceTree: String?) -> [String]? {
    func names<Name: CustomStringConvertible>(_ set: CapabilitySet<Name>) -> [String]? {
      set.isKnown ? set.elements.map(\.description) : nil
    }
    return switch kind {
    case .architectures: names(architectures)
    case .imageFamilies: names(imageFamilies)
    case .bootMethods: names(bootMethods)
    case .deployMethods: names(deployMethods)
    case .deviceTree: deviceTree.map { [$0] }
    }
  }
}
