public import BoardInventory
public import BuildEvents

/// What a message would become, without keeping anything: for people who write mappings.
public struct ProducerTrial: Sendable {
  /// One field of the event, its value and where that came from.
  public struct Line: Hashable, Sendable {
    /// The field's path in the plain record, or in brackets what is no field.
    public let field: String
    /// Its value, bounded.
    public let value: String
    /// Where the value came from.
    public let why: String
  }

  /// `event`, `ignored`, `unmapped` or `refused`.
  public let verdict: String
  /// Why it is no event; nil for an event.
  public let reason: String?
  /// The event as it would be shown.
  public let event: JSONValue?
  /// Field by field.
  public let lines: [Line]

  /// Tries a message on a source's file, with the folders' defaults and tables.
  ///
  /// - Throws: `FileMistake` for a file that is no good source.
  public init(file: String, folders: LabFolders, payload: ProducerPayload) throws(FileMistake) {
    let (files, _) = ProducerFiles.read(folders.producers, previous: nil)
    let source = try files.source(at: file)
    guard let adapter = Producers.named(source.producer) else {
      throw FileMistake(file: file, message: "there is no producer '\(source.producer)'")
    }
    do {
      switch try adapter.read(payload, options: source.options) {
      case .ignored(let subject, let why):
        (verdict, reason, event, lines) = ("ignored", "\(subject): \(why)", nil, [])
      case .build(let facts):
        let (outcome, lines) = files.mapping(source).outcome(facts)
        self.lines = lines.map { Line(field: $0.field, value: $0.value, why: $0.why) }
        switch outcome {
        case .event(let event):
          let why = facts.pair?.trouble(event)
          (verdict, reason, self.event) = (
            why == nil ? "event" : "unmapped", why, why == nil ? event.publicRecord : nil
          )
        case .ignored(let why): (verdict, reason, event) = ("ignored", why, nil)
        case .unmapped(let why, _): (verdict, reason, event) = ("unmapped", why, nil)
        }
      }
    } catch {
      (verdict, reason, event, lines) = ("refused", error.description, nil, [])
    }
  }

  /// For machines. Keys are only ever added.
  public var json: JSONValue {
    var members: [String: JSONValue] = [
      "verdict": .string(verdict),
      "fields": .array(
        lines.map { ["field": .string($0.field), "value": .string($0.value), "why": .string($0.why)] }),
    ]
    members["reason"] = reason.map(JSONValue.string)
    members["event"] = event
    return .object(members)
  }
}
