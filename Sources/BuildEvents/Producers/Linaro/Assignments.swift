/// Lines `NAME=value` as shells and Java's properties files have them, read and never run.
struct Assignments {
  /// By name.
  private(set) var values: [String: String] = [:]
  /// Names whose value a shell would have had to make: they count as not told.
  private(set) var substituted: Set<String> = []

  /// - Throws: `malformed` with the number of the bad line as its field.
  init(_ text: String, limits: Limits) throws(EventRefusal) {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      var rest = Self.trimmed(line.last == "\r" ? line.dropLast() : line)
      if rest.isEmpty || rest.hasPrefix("#") { continue }
      if rest.hasPrefix("export ") { rest = Self.trimmed(rest.dropFirst("export ".count)) }
      func malformed(_ message: String) -> EventRefusal {
        EventRefusal(.malformed, field: "line \(index + 1)", message, mend: "write NAME=value")
      }
      guard let equals = rest.firstIndex(of: "="), Self.isName(rest[..<equals]) else {
        throw malformed("is no assignment")
      }
      guard values.count < limits.members else {
        throw EventRefusal(.tooLarge, "there are more than \(limits.members) lines", mend: "send fewer")
      }
      let name = String(rest[..<equals])
      guard let value = Self.value(rest[rest.index(after: equals)...]) else {
        throw malformed("has a quote that does not end")
      }
      substituted.remove(name)
      values[name] = nil
      if value.isSubstituted { substituted.insert(name) } else { values[name] = value.text }
    }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }

  private static func isName(_ name: Substring) -> Bool {
    guard let first = name.utf8.first, !(0x30...0x39).contains(first), name.utf8.count <= 256 else { return false }
    return name.utf8.allSatisfy { byte in
      FieldReader.isTokenByte(byte) && !"!#$%&'*+^`|~-".utf8.contains(byte)
    }
  }

  /// The value without its quotes; nil for a quote without an end.
  private static func value(_ written: Substring) -> (text: String, isSubstituted: Bool)? {
    var text = ""
    var isSubstituted = false
    var quote: Character?
    var escaped = false
    for character in written {
      if escaped {
        text.append(character)
        escaped = false
      } else if character == "\\", quote != "'" {
        escaped = true
      } else if character == quote {
        quote = nil
      } else if quote == nil, character == "\"" || character == "'" {
        quote = character
      } else if quote == nil, character == "#", text.last == " " {
        break
      } else {
        if quote != "'", character == "$" || character == "`" { isSubstituted = true }
        text.append(character)
      }
    }
    guard quote == nil, !escaped else { return nil }
    return (String(trimmed(text[...])), isSubstituted)
  }
}

extension ProducerPayload {
  /// Variables as lines of assignments, or as a JSON object of them (Jenkins' EnvInject writes both).
  func variables() throws(EventRefusal) -> (reader: FieldReader, fields: JSONValue) {
    if looksLikeJSON {
      let document = try json()
      return (try FieldReader(document, at: nil), document)
    }
    let assignments = try Assignments(try text(), limits: limits)
    let members = assignments.values.mapValues(JSONValue.string)
    return (FieldReader(members: members, prefix: ""), .object(members))
  }
}
