internal import BoardInventory
internal import BuildEvents
internal import Matcher

/// What one source, or one LAVA user's plain records, may send: `limits` in a source's file or under `senders` in
/// `config.yaml`.
struct SourceLimits: Hashable, Sendable {
  /// How often.
  var rate: MessageRate?
  /// How large a body may be, in bytes; never more than every door's limit.
  var bytes: Int?
  /// Which `source` a plain record may name.
  var sources: [GlobPattern]?
  /// Which rules see its events, and in whose name their jobs may be.
  var scope = EventScope()

  static let keys = ["rate", "size", "sources", "rules", "submitter"]

  init() {}

  /// Reads `limits: {rate: 60/min, size: 256KiB, sources: [globs], rules: [names or globs], submitter: user}`.
  ///
  /// - Parameter who: whom the limits are of, for people who ask why a rule took no notice.
  init(_ yaml: FileMapping?, of who: String) throws(FileMistake) {
    guard let yaml else { return }
    try yaml.refuseKeys(otherThan: Self.keys)
    if let word = try yaml.string("rate") {
      guard let rate = MessageRate(word) else {
        throw yaml.mistake("rate", "'\(word)' is no rate", mend: "write for example 60/min, 5/s or 1000/h")
      }
      self.rate = rate
    }
    if let word = try yaml.string("size") {
      guard let size = Self.bytes(word), 1...Limits.standard.bytes ~= size else {
        throw yaml.mistake(
          "size", "'\(word)' is no size a door can keep to", mend: "write for example 256KiB, at most 1MiB")
      }
      bytes = size
    }
    sources = try Self.words(yaml, "sources")?.map(GlobPattern.init)
    scope = EventScope(
      source: who, rules: try Self.words(yaml, "rules"), submitters: try Self.words(yaml, "submitter"))
  }

  private static func words(_ yaml: FileMapping, _ key: String) throws(FileMistake) -> [String]? {
    guard let words = try yaml.strings(key) else { return nil }
    guard !words.isEmpty else {
      throw yaml.mistake(key, "'\(key)' is empty, so nothing would be let in", mend: "leave the key out for no limit")
    }
    return words
  }

  private static func bytes(_ text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit: Int? =
      switch text[digits.endIndex...].drop(while: { $0 == " " }) {
      case "", "B": 1
      case "KiB": 1 << 10
      case "MiB": 1 << 20
      default: nil
      }
    guard let unit, let count = Int(digits), count <= Limits.standard.bytes else { return nil }
    return count * unit
  }

  /// Why an event may not be sent by whom these limits are of; nil when it may.
  func refusal(of event: BuildEvent) -> EventRefusal? {
    guard let sources, !sources.contains(where: { $0.fits(event.source) }) else { return nil }
    return EventRefusal(
      .notAllowed, field: "source", "this sender may not send for the source '\(event.source)'",
      mend: "send one that the lab allows you, or ask the lab")
  }
}

/// So many messages in so much time.
struct MessageRate: Hashable, Sendable {
  /// 1 to 1,000,000; as many may come at once.
  let count: Int
  let period: Duration

  /// Reads `60/min`, `5/s`, `1000/h`.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let count = Int(parts[0]), 1...1_000_000 ~= count else { return nil }
    self.count = count
    switch parts[1] {
    case "s", "sec", "second": period = .seconds(1)
    case "min", "minute": period = .seconds(60)
    case "h", "hour": period = .seconds(3600)
    default: return nil
    }
  }
}
