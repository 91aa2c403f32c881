internal import Yams

/// A board as a file that an apply accepts and finds nothing to do for.
public enum BoardExport {
  /// How the dictionary is told.
  public enum Dictionary: Sendable {
    /// In the file itself.
    case inline(DictionaryText)
    /// In a file beside it, of this name.
    case file(String)
    /// There is none that LAVA could read.
    case none
  }

  /// The file of one board.
  public static func text(
    _ hostname: String, _ device: RegistrationFacts.Device, _ record: RegistrationRecord?, _ dictionary: Dictionary
  ) throws -> String {
    let head = device.isSynced ? "# Belongs to LAVA's sync, which takes it from its dictionary.\n" : ""
    return head + (try serialize(mapping(hostname, device, record, dictionary)))
  }

  /// One file of several boards.
  public static func text(
    boards: [(String, RegistrationFacts.Device, RegistrationRecord?, Dictionary)]
  ) throws -> String {
    let list = Node.sequence(.init(boards.map { mapping($0.0, $0.1, $0.2, $0.3) }, .implicit, .block))
    return try serialize(.mapping(.init([(word("boards"), list)])))
  }

  private static func mapping(
    _ hostname: String, _ device: RegistrationFacts.Device, _ record: RegistrationRecord?, _ dictionary: Dictionary
  ) -> Node {
    var pairs: [(Node, Node)] = [(word("board"), text(hostname))]
    if !device.isSynced {
      pairs.append((word("device_type"), text(device.deviceType)))
      if let worker = device.worker { pairs.append((word("worker"), text(worker))) }
      pairs.append((word("tags"), list(device.tags.sorted())))
      if !device.description.isEmpty { pairs.append((word("description"), text(device.description))) }
      if let health = DeviceHealth(rawValue: device.health), [.maintenance, .retired].contains(health) {
        pairs.append((word("health"), word(health.word.lowercased())))
      }
    }
    if let known = record?.capabilities, known != .init() {
      var kinds: [(Node, Node)] = []
      for (kind, words) in [
        ("architectures", known.architectures), ("image_families", known.imageFamilies),
        ("boot_methods", known.bootMethods), ("deploy_methods", known.deployMethods),
      ] { if let words { kinds.append((word(kind), list(words))) } }
      if let tree = known.deviceTree { kinds.append((word("device_tree"), text(tree))) }
      pairs.append((word("capabilities"), .mapping(.init(kinds))))
    }
    if !device.isSynced {
      switch dictionary {
      case .inline(let dictionary): pairs.append((word("dictionary"), block(dictionary.text)))
      case .file(let name): pairs.append((word("dictionary_file"), text(name)))
      case .none: break
      }
    }
    return .mapping(.init(pairs))
  }

  private static func serialize(_ node: Node) throws -> String {
    try Yams.serialize(node: node, width: -1, allowUnicode: true)
  }

  private static func word(_ word: String) -> Node { .scalar(.init(word)) }

  /// Quoted where YAML would read something else than the text: `null`, `~` and nothing at all.
  private static func text(_ text: String) -> Node {
    let plain = text.wholeMatch(of: /[a-zA-Z0-9_][-a-zA-Z0-9_.@ ]*/) != nil && !text.hasSuffix(" ")
    let isWord = !["null", "true", "false", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
    return .scalar(.init(text, Tag(.str), plain && isWord ? .plain : .doubleQuoted))
  }

  /// A literal block, as people write dictionaries; carriage returns would not come back out of one.
  private static func block(_ text: String) -> Node {
    .scalar(.init(text, Tag(.str), text.contains("\r") ? .doubleQuoted : .literal))
  }

  private static func list(_ words: [String]) -> Node { .sequence(.init(words.map(text), .implicit, .flow)) }
}
