import BuildEvents

/// A place in a producer's message: members with dots between them (`build.parameters.MACHINE`), or a JSON pointer
/// (`/jobs/image: [arm64]/id`, RFC 6901) where names hold dots. Numbers pick from lists.
struct FieldPath: Hashable, Sendable {
  /// As written.
  let text: String
  private let steps: [String]

  /// Nil for a path without a step or with an empty one.
  init?(_ text: String) {
    self.text = text
    if text.hasPrefix("/") {
      steps = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        .map { String($0.replacing("~1", with: "/").replacing("~0", with: "~")) }
    } else {
      steps = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }
    guard !steps.contains("") else { return nil }
  }

  /// The value there; nil for none, null and the empty string, which mean the same.
  func value(in document: JSONValue) -> JSONValue? {
    var value = document
    for step in steps {
      if let member = value[step] {
        value = member
      } else if case .array(let elements) = value, let index = Int(step), elements.indices.contains(index) {
        value = elements[index]
      } else {
        return nil
      }
    }
    return value.isAbsent ? nil : value
  }
}

extension JSONValue {
  /// The value as texts for a mapping: a word, or a list of words. Nil for what is neither.
  var mappedTexts: [String]? {
    switch self {
    case .string(let text): [text]
    case .int(let number): [String(number)]
    case .bool(let flag): [flag ? "true" : "false"]
    case .array(let elements):
      elements.reduce(into: [String]?.some([])) { texts, element in
        guard let text = element.mappedTexts, text.count == 1, element.arrayValue == nil else { return texts = nil }
        texts? += text
      }
    default: nil
    }
  }
}
