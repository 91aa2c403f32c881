internal import Matcher

/// Puts the sources of boards together; boards of which the same is said share one value.
struct FactTable {
  private struct Key: Hashable {
    let deviceType: String
    let dictionary: String?
  }

  private let catalogue: DeviceCatalogue
  private let lava: [String: LAVATypeWords]
  private var shared: [Key: BoardFacts] = [:]
  private var redone: [String: [ObjectIdentifier: BoardFacts]] = [:]

  /// - Parameter lava: what LAVA's table says of types, by name.
  init(_ catalogue: DeviceCatalogue, lava: [String: LAVATypeWords]) {
    self.catalogue = catalogue
    self.lava = lava
  }

  /// The facts of a board. Boards with a registration share nothing.
  mutating func facts(
    of deviceType: String, registration: Statement?, dictionary: (digest: String, facts: DictionaryFacts)?
  ) -> BoardFacts {
    let key = Key(deviceType: deviceType, dictionary: dictionary?.digest)
    if registration == nil, let known = shared[key] { return known }
    let facts = catalogue.facts(
      of: deviceType, lava: lava[deviceType], registration: registration, dictionary: dictionary?.facts)
    if registration == nil { shared[key] = facts }
    return facts
  }

  /// The facts of a board whose registration and dictionary are as they were, by this catalogue and LAVA's words now;
  /// the same value where nothing changed.
  mutating func redo(_ old: BoardFacts, of deviceType: String) -> BoardFacts {
    // `old` lives as long as the caller's boards do, so its identity is nobody else's meanwhile.
    if let known = redone[deviceType]?[ObjectIdentifier(old)] { return known }
    let kept = [old.registration].compactMap { $0 } + old.rendered
    let new = catalogue.facts(of: deviceType, kept: kept, lava: lava[deviceType])
    let facts = new == old ? old : new
    redone[deviceType, default: [:]][ObjectIdentifier(old)] = facts
    return facts
  }
}

extension BoardFacts {
  /// What the board's registration says.
  var registration: Statement? { statements.first { $0.source.rank == 0 } }

  /// What the board's rendered dictionary says and implies.
  var rendered: [Statement] {
    statements.filter {
      switch $0.source {
      case .dictionary, .dictionaryImplies: true
      case .registration, .labFile, .lavaType, .shippedFile: false
      }
    }
  }
}

extension DeviceCatalogue {
  /// What is known of a board of a type, or of the type itself, in the order of precedence.
  public func facts(
    of deviceType: String, lava: LAVATypeWords? = nil, registration: Statement? = nil,
    dictionary: DictionaryFacts? = nil
  ) -> BoardFacts {
    facts(
      of: deviceType, kept: [registration, dictionary?.statement, dictionary?.implied].compactMap { $0 }, lava: lava)
  }

  func facts(of deviceType: String, kept: [Statement], lava: LAVATypeWords?) -> BoardFacts {
    let ofType = [
      own[deviceType].map { Statement($0, .labFile($0.file)) }, lava?.statement,
      shipped[deviceType].map { Statement($0, .shippedFile($0.file)) },
    ].compactMap { $0 }
    return BoardFacts(
      statements: (kept + ofType).sorted { $0.source.rank < $1.source.rank }, families: families)
  }
}
