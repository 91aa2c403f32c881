import BuildEvents

/// What a source's file says of some of its builds: which, and what they become.
struct BuildMapping: Hashable, Sendable {
  /// What fields must be for it to hold; all of them.
  var when: [(path: FieldPath, tests: [FieldTest])] { conditions.map { ($0.path, $0.tests) } }
  var conditions: [Condition] = []
  /// Why such builds schedule nothing; nil where they do.
  var ignore: String?
  /// Expressions whose named groups become `captured.NAME`; each must match for the mapping to hold.
  var captures: [Capture] = []
  var map = FieldMap()
  /// Where it is written, `file:line`.
  var place: String

  struct Condition: Hashable, Sendable {
    var path: FieldPath
    var tests: [FieldTest]
  }

  struct Capture: Hashable, Sendable {
    var path: FieldPath
    var pattern: TextPattern
  }

  /// Why the mapping is not for a message; nil when it is. What the expressions take goes into the message.
  func complaint(_ message: inout MappedMessage) -> String? {
    for condition in conditions {
      guard let texts = message.look(condition.path)?.mappedTexts, !texts.isEmpty else {
        return "the message has no \(condition.path.text)"
      }
      for test in condition.tests {
        // A list fits where one of its words does.
        let complaints = texts.map { test.complaint(about: $0) }
        guard let last = complaints.last, let wrong = last, !complaints.contains(nil) else { continue }
        let shown = texts.prefix(3).map(MappedMessage.shown).joined(separator: ", ")
        return "\(condition.path.text) is \(shown)\(wrong)"
      }
    }
    for capture in captures {
      guard let text = message.look(capture.path)?.mappedTexts?.first else {
        return "the message has no \(capture.path.text)"
      }
      switch capture.pattern.captures(in: text) {
      case .found(_, let groups): message.captured.merge(groups) { _, new in new }
      case .none:
        return "\(capture.path.text) is \(MappedMessage.shown(text)), which does not match \(capture.pattern.text)"
      case .gaveUp: return "\(capture.path.text) takes the regular expression \(capture.pattern.text) too long"
      }
    }
    return nil
  }
}
