public import Matcher

/// What is known of a board, and who says it: for each kind the first source that knows is believed.
///
/// Boards with the same sources share one value, so that a hundred thousand boards of a few hundred types cost little.
public final class BoardFacts: Sendable {
  /// What the sources say, in the order of precedence.
  public let statements: [Statement]
  /// What is believed.
  public let capabilities: Capabilities
  /// The device tree blob's name that is believed.
  public let deviceTree: String?
  /// The files that the image families were derived by; nil when a source lists them, or nothing is known of them.
  let familyFiles: [String]?

  /// Nobody said anything.
  public static let none = BoardFacts(statements: [])

  /// Puts statements together; their order is the order of precedence.
  ///
  /// - Parameter families: derives the image families from the boot and deploy methods as they result, where no
  ///   source lists families.
  public init(statements: [Statement], families: ImageFamilyTable = ImageFamilyTable()) {
    var capabilities = Capabilities.unknown
    for statement in statements { capabilities = capabilities.orElse(statement.capabilities) }
    var files: [String]?
    if !capabilities.imageFamilies.isKnown {
      capabilities.imageFamilies = families.families(of: capabilities)
      if case .known(let derived) = capabilities.imageFamilies { files = families.files(of: derived) }
    }
    self.statements = statements
    self.capabilities = capabilities
    self.deviceTree = statements.lazy.compactMap(\.deviceTree).first
    self.familyFiles = files
  }

  /// The source that is believed for a kind; nil when nobody knows, or the families were derived.
  public func statement(for kind: FactKind) -> Statement? { statements.first { $0.knows(kind) } }

  /// What is believed of a kind, as names in order; nil when nobody knows.
  public func values(_ kind: FactKind) -> [String]? { capabilities.names(kind, deviceTree: deviceTree) }

  /// Who says it, for people; for what nobody knows, who looked for it. Nil when nobody did.
  public func words(_ kind: FactKind) -> String? {
    if let believed = statement(for: kind) { return believed.words(kind) }
    if kind == .imageFamilies, let familyFiles {
      return familyFiles.isEmpty
        ? "no family of families.yaml goes by its boot and deploy methods"
        : "by its boot and deploy methods, from \(familyFiles.joined(separator: ", "))"
    }
    return statements.first { $0.notes[kind] != nil }?.words(kind)
  }

  /// The words of sources that are no name anybody knows, a line each.
  public var unread: [String] {
    statements.flatMap { statement in
      FactKind.allCases.flatMap { kind in
        (statement.unread[kind] ?? []).map {
          "\(kind.rawValue): \(statement.source.words) says '\($0)', which is no name anybody knows"
        }
      }
    }
  }
}

extension BoardFacts: Hashable {
  /// The same is said by the same.
  public static func == (left: BoardFacts, right: BoardFacts) -> Bool {
    left === right
      || (left.statements == right.statements && left.capabilities == right.capabilities
        && left.familyFiles == right.familyFiles)
  }

  /// Hashes what is believed.
  public func hash(into hasher: inout Hasher) { hasher.combine(capabilities) }
}
