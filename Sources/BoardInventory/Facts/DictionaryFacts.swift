/// What a board's rendered device dictionary says of what it can run: these facts alone are kept, never the text, which
/// holds power commands and passwords.
public struct DictionaryFacts: Hashable, Sendable {
  /// Architectures that it lists itself (`available_architectures`, of QEMU's types); nil when it lists none.
  public let architectures: [String]?
  /// The architecture that follows from U-Boot's header word or load addresses; nil when they leave it open.
  public let impliedArchitecture: String?
  /// What it follows from; nil together with it.
  public let impliedBy: String?
  /// LAVA's names of the boot methods; nil when it does not say.
  public let bootMethods: [String]?
  /// LAVA's names of the deploy methods as a job's `deploy.to` takes them; nil when it does not say.
  public let deployMethods: [String]?

  /// Facts from their parts.
  public init(
    architectures: [String]? = nil, impliedArchitecture: String? = nil, impliedBy: String? = nil,
    bootMethods: [String]? = nil, deployMethods: [String]? = nil
  ) {
    self.architectures = architectures
    self.impliedArchitecture = impliedArchitecture
    self.impliedBy = impliedBy
    self.bootMethods = bootMethods
    self.deployMethods = deployMethods
  }

  /// What it says itself.
  var statement: Statement {
    var names: [FactKind: [String]] = [:]
    names[.architectures] = architectures
    names[.bootMethods] = bootMethods
    names[.deployMethods] = deployMethods
    return Statement(.dictionary, names: names)
  }

  /// What only follows from it.
  var implied: Statement? {
    guard let impliedArchitecture, let impliedBy else { return nil }
    return Statement(.dictionaryImplies(impliedBy), names: [.architectures: [impliedArchitecture]])
  }
}

/// What is kept of the last look at a board's dictionary.
public struct DictionaryState: Hashable, Sendable {
  /// Since when the dictionary has been found like this, in seconds since 1970.
  public let since: Double
  /// Why nothing is known, in LAVA's words; nil when LAVA renders it.
  public let problem: String?

  /// A state from its parts.
  public init(since: Double, problem: String? = nil) {
    self.since = since
    self.problem = problem
  }
}
