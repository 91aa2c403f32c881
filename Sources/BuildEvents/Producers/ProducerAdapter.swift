/// One kind of build system: knows what its messages look like and nothing of any lab.
///
/// Adding a producer is a folder with one of these and a line in ``Producers``.
public protocol ProducerAdapter: Sendable {
  /// Its name, as it stands in a door's address and in producer files.
  var name: String { get }
  /// What it is, in one line.
  var summary: String { get }
  /// The headers that reading looks at, in lower case; they are kept with a message that waits for its mapping.
  var headers: [String] { get }
  /// How its messages are proven unless a source says otherwise.
  var scheme: DoorScheme { get }
  /// Reads one message.
  ///
  /// - Throws: a refusal that names the message's bad field. A message that is in order but announces no finished build
  ///   is not refused: it is ignored with a reason.
  func read(_ payload: ProducerPayload) throws(EventRefusal) -> ProducerReading
  /// The same for a source that wants something read otherwise than usual.
  func read(_ payload: ProducerPayload, options: ProducerOptions) throws(EventRefusal) -> ProducerReading
  /// Whether ``ProducerOptions/acceptsUnstable`` means anything to it.
  var knowsUnstable: Bool { get }
}

/// What a source wants read otherwise than usual.
public struct ProducerOptions: Sendable, Hashable {
  /// Jenkins' UNSTABLE counts as a success: the image was built, only its own tests failed.
  public var acceptsUnstable: Bool

  /// Everything as usual, unless told.
  public init(acceptsUnstable: Bool = false) { self.acceptsUnstable = acceptsUnstable }
}

extension ProducerAdapter {
  /// None.
  public var headers: [String] { [] }
  /// The secret itself.
  public var scheme: DoorScheme { .token }
  /// It does not.
  public var knowsUnstable: Bool { false }
  /// Most know no options.
  public func read(_ payload: ProducerPayload, options: ProducerOptions) throws(EventRefusal) -> ProducerReading {
    try read(payload)
  }
}

/// What a message turned out to be.
public enum ProducerReading: Sendable, Hashable {
  /// A build that succeeded.
  case build(ProducerFacts)
  /// Something that schedules nothing: what it is about, and why.
  case ignored(subject: String, because: String)
}

/// All producers there are.
public enum Producers {
  /// One of each, sorted by name.
  public static let all: [any ProducerAdapter] = [
    AndroidBuild(), Buildbot(), CDEventsProducer(), CloudEventsProducer(), GitHub(), GitLab(), JenkinsCloudEvents(),
    JenkinsNotification(), KernelCI(), LinaroCI(), OBS(), Offspring(), PlainRecord(), Published(),
    TuxSuite(),
  ].sorted { $0.name < $1.name }

  /// The one of that name.
  public static func named(_ name: String) -> (any ProducerAdapter)? { all.first { $0.name == name } }

  /// Their names, sorted.
  public static var names: [String] { all.map(\.name) }
}
