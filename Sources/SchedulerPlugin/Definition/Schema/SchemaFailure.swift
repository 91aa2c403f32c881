/// The errors of one check, as voluptuous' `Invalid` and `MultipleInvalid` carry them. Never empty.
struct SchemaFailure: Error {
  /// One error.
  struct Problem {
    let message: String
    let path: [Step]
    /// What voluptuous adds as " for dictionary value".
    var isOfDictionaryValue = false

    /// voluptuous' `str(error)`.
    var text: String {
      message + (isOfDictionaryValue ? " for dictionary value" : "") + (path.isEmpty ? "" : " @ " + place)
    }

    /// The path as voluptuous writes it.
    var place: String {
      "data[" + path.map(\.text).joined(separator: "][") + "]"
    }
  }

  /// One part of a path.
  enum Step: Hashable {
    case key(YAMLValue)
    case index(Int)
    /// A group of keys that exclude each other.
    case group(String)

    var text: String {
      switch self {
      case .key(let key): key.pythonRepr
      case .index(let place): String(place)
      case .group(let name): "<\(name)>"
      }
    }
  }

  var problems: [Problem]

  init(_ problems: [Problem]) {
    self.problems = problems
  }

  init(_ message: String, _ path: [Step]) {
    problems = [Problem(message: message, path: path)]
  }

  /// How deep the first error lies, by which voluptuous chooses among alternatives.
  var depth: Int { problems[0].path.count }
}
