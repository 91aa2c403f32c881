import BuildEvents

/// A text of the lab's with places for values of a message: `https://files.example/{build_id}/Image`.
///
/// The text is the lab's own; what is put in is never looked at again. In a URL a value is one part of the path and is
/// percent-encoded; `{+name}` takes a value with its slashes, such as a whole URL to begin with.
struct Composition: Hashable, Sendable {
  enum Part: Hashable, Sendable {
    case text(String)
    case field(FieldPath, isWhole: Bool)
  }

  /// As written.
  let text: String
  let parts: [Part]

  /// Nil for a brace without its other half, or a place without a path.
  init?(_ text: String) {
    self.text = text
    var parts: [Part] = []
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      if open > rest.startIndex { parts.append(.text(String(rest[..<open]))) }
      let inner = rest[rest.index(after: open)...]
      guard let close = inner.firstIndex(of: "}") else { return nil }
      let isWhole = inner.hasPrefix("+")
      guard let path = FieldPath(String(inner[..<close].dropFirst(isWhole ? 1 : 0))) else { return nil }
      parts.append(.field(path, isWhole: isWhole))
      rest = inner[inner.index(after: close)...]
    }
    guard !rest.contains("}") else { return nil }
    if !rest.isEmpty { parts.append(.text(String(rest))) }
    self.parts = parts
  }

  /// What came of filling it in.
  enum Filled: Hashable {
    case text(String)
    /// The message has no such field.
    case absent(String)
    case trouble(String)
  }

  /// Fills the places with what a look-up gives.
  func filled(isURL: Bool, _ look: (FieldPath) -> JSONValue?) -> Filled {
    var result = ""
    for part in parts {
      switch part {
      case .text(let text): result += text
      case .field(let path, let isWhole):
        guard let value = look(path) else { return .absent(path.text) }
        guard let texts = value.mappedTexts, texts.count == 1, let text = texts.first else {
          return .trouble("\(path.text) is no text")
        }
        guard isURL else {
          result += text
          continue
        }
        let segments = isWhole ? text.split(separator: "/", omittingEmptySubsequences: false).map(String.init) : [text]
        guard !segments.contains(where: { $0 == "." || $0 == ".." }) else {
          return .trouble("\(path.text) would lead out of its folder")
        }
        // A whole URL comes in as it is; the record's own check looks at it.
        result += isWhole ? text : PercentCoding.encoded(text)
      }
    }
    return .text(result)
  }
}
