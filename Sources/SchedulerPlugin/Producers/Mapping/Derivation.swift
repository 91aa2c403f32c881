import BuildEvents

/// Where one value of an event comes from: a fixed value, a field, a published file or a text made of fields; then, if
/// wanted, the part that a regular expression takes, and what a table has for it.
struct Derivation: Hashable, Sendable {
  enum Origin: Hashable, Sendable {
    /// The lab's own words.
    case fixed([String])
    /// The first of these fields that is there.
    case field([FieldPath])
    /// The address of the one published file whose name fits.
    case file([GlobPattern])
    /// A text, or a URL, made of fields.
    case composed(Composition, isURL: Bool)
  }

  var origin: Origin
  /// The part to take: the group of that name, else the only group, else the whole match.
  var pattern: TextPattern?
  var group: String?
  var table: LookupTable?
  /// What counts when nothing came of all that.
  var fallback: [String]?
  /// For images: LAVA's words for how the file is packed.
  var compression: String?
  var archive: String?
  /// Where it is written, `file:line`.
  var place: String

  /// What came of it.
  enum Outcome: Hashable {
    case value([String], why: String)
    /// Nothing; the next layer may know.
    case nothing(why: String)
    /// Something is there and cannot be used: the event is not mapped.
    case trouble(String)
  }

  /// The value for one message.
  func outcome(_ message: MappedMessage) -> Outcome {
    switch raw(message) {
    case .value(let texts, let why):
      guard let pattern else { return looked(up: texts, why) }
      return taken(pattern, of: texts, why)
    case .nothing(let why): return otherwise(.nothing(why: why))
    case let trouble: return trouble
    }
  }

  private func raw(_ message: MappedMessage) -> Outcome {
    switch origin {
    case .fixed(let texts): return .value(texts, why: "given by the mapping")
    case .field(let paths):
      for path in paths {
        guard let value = message.look(path) else { continue }
        guard let texts = value.mappedTexts, !texts.isEmpty else { return .trouble("\(path.text) is no text") }
        return .value(texts, why: path.text)
      }
      return .nothing(why: "the message has no \(paths.map(\.text).joined(separator: " nor "))")
    case .file(let patterns):
      let wish = patterns.map(\.text).joined(separator: " or ")
      for pattern in patterns {
        let fitting = message.facts.files.filter { pattern.fits($0.name) }
        if let only = fitting.first, Set(fitting.map(\.url)).count == 1 {
          return .value([only.url], why: "the file \(only.name) of \(only.field)")
        }
        if fitting.count > 1 {
          let names = fitting.prefix(3).map(\.name).joined(separator: ", ")
          return .trouble("\(fitting.count) files fit \(pattern.text): \(names)")
        }
      }
      return .nothing(why: "none of the build's \(message.facts.files.count) files fits \(wish)")
    case .composed(let composition, let isURL):
      switch composition.filled(isURL: isURL, message.look) {
      case .text(let text): return .value([text], why: "made of \(composition.text)")
      case .absent(let path): return .nothing(why: "the message has no \(path)")
      case .trouble(let why): return .trouble(why)
      }
    }
  }

  private func taken(_ pattern: TextPattern, of texts: [String], _ why: String) -> Outcome {
    var parts: [String] = []
    for text in texts {
      switch pattern.captures(in: text) {
      case .found(let whole, let groups):
        let name = group ?? (groups.count == 1 ? groups.keys.first : nil)
        guard let name else {
          parts.append(whole)
          continue
        }
        guard let part = groups[name] else { return otherwise(.nothing(why: "\(why) has nothing for \(name)")) }
        parts.append(part)
      case .none: return otherwise(.nothing(why: "\(why) does not match \(pattern.text)"))
      case .gaveUp: return .trouble("\(why) takes the regular expression \(pattern.text) too long")
      }
    }
    return looked(up: parts, "\(why) by \(pattern.text)")
  }

  private func looked(up texts: [String], _ why: String) -> Outcome {
    guard let table else { return .value(texts, why: why) }
    var found: [String] = []
    for text in texts {
      guard let values = table[text] else {
        let near = table.nearest(to: text).map { "; did you mean \($0)?" } ?? ""
        return otherwise(
          .trouble("\(table.description) has nothing for '\(MappedMessage.shown(text))' of \(why)\(near)"))
      }
      found += values.filter { !found.contains($0) }
    }
    return .value(found, why: "\(why), \(table.description)")
  }

  private func otherwise(_ outcome: Outcome) -> Outcome {
    guard let fallback else { return outcome }
    return switch outcome {
    case .value: outcome
    case .nothing(let why): .value(fallback, why: "the mapping's default, because \(why)")
    case .trouble(let why): .value(fallback, why: "the mapping's default, because \(why)")
    }
  }
}
