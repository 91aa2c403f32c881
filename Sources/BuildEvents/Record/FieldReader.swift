/// The members of one object, read by name; every refusal carries the field's whole path.
struct FieldReader {
  let members: [String: JSONValue]
  /// What stands before a member's name in its path: "", "data." or "ce-".
  let prefix: String

  /// - Throws: `invalid` if the value is no object.
  init(_ value: JSONValue, at path: String?) throws(EventRefusal) {
    guard case .object(let members) = value else {
      throw EventRefusal(
        .invalid, field: path, path == nil ? "the event must be an object, not \(value.kind)" : "is \(value.kind)",
        mend: "send an object")
    }
    self.init(members: members, prefix: path.map { "\($0)." } ?? "")
  }

  init(members: [String: JSONValue], prefix: String) {
    self.members = members
    self.prefix = prefix
  }

  /// The longest single text, in UTF-8 bytes.
  static let longestText = 4096

  func name(_ field: String) -> String { prefix + field }

  func missing(_ field: String, mend: String) -> EventRefusal {
    EventRefusal(.missing, field: name(field), "is required", mend: mend)
  }

  func invalid(_ field: String, _ message: String, mend: String) -> EventRefusal {
    EventRefusal(.invalid, field: name(field), message, mend: mend)
  }

  /// The field's value unless it is absent, empty or null.
  func value(_ field: String) -> JSONValue? {
    guard let value = members[field], !value.isAbsent else { return nil }
    return value
  }

  /// The members of a field that is an object.
  func members(_ field: String) throws(EventRefusal) -> [String: JSONValue]? {
    guard let value = value(field) else { return nil }
    guard case .object(let members) = value else {
      throw invalid(field, "must be an object, not \(value.kind)", mend: "send an object")
    }
    return members
  }

  /// A line of text; a whole number is taken as its digits. URLs in it lose their credentials.
  func text(_ field: String, maximum: Int = longestText) throws(EventRefusal) -> String? {
    guard let value = value(field) else { return nil }
    return try Redaction.withoutCredentials(line(value, of: field, maximum: maximum))
  }

  /// A text that names something for good, so that credentials in it are refused, not taken out.
  func identifier(_ field: String, maximum: Int) throws(EventRefusal) -> String? {
    guard let value = value(field) else { return nil }
    let text = try line(value, of: field, maximum: maximum)
    guard Redaction.withoutCredentials(text) == text else {
      throw invalid(field, "holds a URL with credentials", mend: "send the URL without user and password")
    }
    return text
  }

  /// A list of lines without repeats; a single line counts as a list of one.
  func texts(_ field: String, maximum: Int = 256) throws(EventRefusal) -> [String] {
    guard let value = value(field) else { return [] }
    guard case .array(let elements) = value else { return [try line(value, of: field, maximum: maximum)] }
    var texts: [String] = []
    var seen: Set<String> = []
    for (index, element) in elements.enumerated() where !element.isAbsent {
      let text = try line(element, of: "\(field)[\(index)]", maximum: maximum)
      if seen.insert(text).inserted { texts.append(text) }
    }
    return texts
  }

  /// One value as a line of text within bounds.
  func line(_ value: JSONValue, of field: String, maximum: Int) throws(EventRefusal) -> String {
    let text: String
    switch value {
    case .string(let string): text = string
    case .int(let number): text = String(number)
    case .double:
      // 6.10 would come out as 6.1: only the sender knows the digits.
      throw invalid(field, "is a number with a fraction or beyond 64 bits", mend: "send it as a string")
    default: throw invalid(field, "must be a string, not \(value.kind)", mend: "send a string")
    }
    guard text.utf8.count <= maximum else {
      throw invalid(field, "has \(text.utf8.count) bytes, more than the \(maximum) allowed", mend: "shorten it")
    }
    guard !text.unicodeScalars.contains(where: \.isControl) else {
      throw invalid(field, "holds a control character", mend: "send one line of text")
    }
    return text
  }
}

extension Unicode.Scalar {
  /// A control character of C0, DEL or C1, or a line or paragraph separator: what would break a line of a log.
  var isControl: Bool { value < 0x20 || (0x7F..<0xA0).contains(value) || value == 0x2028 || value == 0x2029 }
}
