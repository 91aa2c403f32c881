extension JobDefinition {
  /// The `metadata` mapping as JSON in the form LAVA 2026 keeps in the column `testjob.metadata`
  /// (`models.py:extract_job_metadata`): keys and scalars become text as Python's `str()` writes them, booleans
  /// `"true"` and `"false"`, null stays null, lists and mappings nest. `{}` when there is no metadata.
  public var metadataJSON: String {
    guard let metadata = root["metadata"], metadata.mapping != nil else { return "{}" }
    return metadata.metadataJSON
  }
}

extension YAMLValue {
  fileprivate var metadataJSON: String {
    switch self {
    case .null: return "null"
    case .bool(let flag): return flag ? "\"true\"" : "\"false\""
    case .sequence(let items):
      return "[" + items.map(\.metadataJSON).joined(separator: ", ") + "]"
    case .mapping(let mapping):
      // Keys that differ only in type fall together as text; the last one stays.
      let texts = YAMLMapping(mapping.entries.map { (.string($0.key.pythonText), $0.value) })
      let members = texts.entries.map { "\($0.key.pythonText.jsonQuoted): \($0.value.metadataJSON)" }
      return "{" + members.joined(separator: ", ") + "}"
    default:
      return pythonText.jsonQuoted
    }
  }
}

extension String {
  fileprivate var jsonQuoted: String {
    var text = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"", "\\": text += "\\\(scalar)"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{0}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
