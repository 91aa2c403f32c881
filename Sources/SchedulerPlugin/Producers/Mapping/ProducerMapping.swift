import BuildEvents
import Matcher

/// What a source's builds become: the source's own mappings come first, then what counts for all of its builds, then what
/// the message itself says, and last the producer's defaults.
struct ProducerMapping: Hashable, Sendable {
  /// `PRODUCER:SOURCE`, the source of every event; a message cannot choose another.
  var source: String
  var producer: String
  /// The first that holds counts. None at all: every build is mapped by what is below.
  var builds: [BuildMapping] = []
  /// What wins over the message, the nearest first.
  var layers: [FieldMap] = []
  /// What fills in where the message says nothing.
  var defaults = FieldMap()

  /// What a message became.
  enum Outcome: Hashable, Sendable {
    case event(BuildEvent)
    case ignored(String)
    /// No mapping covers it, or the one that does gives no event: why, and the field of the event concerned.
    case unmapped(String, field: String?)
  }

  /// One line of how a message became what it did.
  struct Line: Hashable, Sendable {
    let field: String
    let value: String
    let why: String
  }

  /// The event that a message becomes, and every field's reason.
  func outcome(_ facts: ProducerFacts) -> (outcome: Outcome, lines: [Line]) {
    var message = MappedMessage(facts: facts)
    var lines: [Line] = facts.notes.map { Line(field: "(left out)", value: "-", why: $0) }
    var layers = layers
    if !builds.isEmpty {
      guard let mapping = firstHolding(&message, &lines) else {
        return (.unmapped(nobody(lines), field: nil), lines)
      }
      lines.append(Line(field: "(mapping)", value: mapping.place, why: "the first that holds"))
      if let why = mapping.ignore { return (.ignored(why), lines) }
      layers.insert(mapping.map, at: 0)
    }
    var record = Assembly(message: message, layers: layers, defaults: defaults)
    do throws(Assembly.Trouble) {
      try record.assemble(source: source, producer: producer)
    } catch {
      return (.unmapped(error.why, field: error.field), lines + record.lines)
    }
    lines += record.lines
    do {
      return (.event(try BuildEvent(plain: .object(record.record))), lines)
    } catch {
      let from = error.field.flatMap { record.origin(of: $0) }.map { " (from \($0))" } ?? ""
      return (.unmapped("\(error)\(from)", field: error.field), lines)
    }
  }

  private func firstHolding(_ message: inout MappedMessage, _ lines: inout [Line]) -> BuildMapping? {
    for mapping in builds {
      var candidate = message
      guard let complaint = mapping.complaint(&candidate) else {
        message = candidate
        return mapping
      }
      lines.append(Line(field: "(no mapping)", value: mapping.place, why: complaint))
    }
    return nil
  }

  private func nobody(_ lines: [Line]) -> String {
    let near = lines.last { $0.field == "(no mapping)" }.map { "; the last of them: \($0.why)" } ?? ""
    return "none of the source's \(builds.count) mappings is for it\(near)"
  }
}
