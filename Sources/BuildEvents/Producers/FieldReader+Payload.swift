/// Reading what producers send, where a field is looked at only when it is needed.
extension FieldReader {
  /// The object of that name.
  func object(_ field: String) throws(EventRefusal) -> FieldReader? {
    guard let members = try members(field) else { return nil }
    return FieldReader(members: members, prefix: name(field) + ".")
  }

  func requiredObject(_ field: String) throws(EventRefusal) -> FieldReader {
    guard let object = try object(field) else { throw missing(field, mend: "send the object \(name(field))") }
    return object
  }

  func requiredText(_ field: String) throws(EventRefusal) -> String {
    guard let text = try text(field) else { throw missing(field, mend: "send \(name(field))") }
    return text
  }

  /// A whole number that is no text.
  func requiredNumber(_ field: String) throws(EventRefusal) -> Int64 {
    guard let value = value(field) else { throw missing(field, mend: "send \(name(field))") }
    guard case .int(let number) = value else {
      throw invalid(field, "must be a whole number, not \(value.kind)", mend: "send a whole number")
    }
    return number
  }

  func flag(_ field: String) throws(EventRefusal) -> Bool? {
    guard let value = value(field) else { return nil }
    guard case .bool(let flag) = value else {
      throw invalid(field, "must be true or false, not \(value.kind)", mend: "send true or false")
    }
    return flag
  }

  /// The elements of a field that is a list.
  func list(_ field: String) throws(EventRefusal) -> [JSONValue]? {
    guard let value = value(field) else { return nil }
    guard case .array(let elements) = value else {
      throw invalid(field, "must be a list, not \(value.kind)", mend: "send a list")
    }
    return elements
  }

  /// A time that is nice to know: nil where there is none or it is none, for no build is refused for it.
  func time(_ field: String) -> String? {
    guard case .string(let text)? = value(field) else { return nil }
    return Timestamp.normal(text)
  }

  /// A text that is nice to know, such as a branch: nil where it is no line of text.
  func remark(_ field: String) -> String? { try? text(field) }
}

extension Timestamp {
  /// Producers' times as RFC 3339: "2026-01-01 00:00:01 UTC" (GitLab), and those without a zone, which are UTC
  /// (KernelCI, TuxSuite). Nil for everything else.
  static func normal(_ text: String) -> String? {
    guard text.utf8.count <= 64 else { return nil }
    if isValid(text) { return text }
    var changed = text.hasSuffix(" UTC") ? String(text.dropLast(4)) : text
    if let space = changed.firstIndex(of: " ") { changed.replaceSubrange(space...space, with: "T") }
    changed += "Z"
    return isValid(changed) ? changed : nil
  }

  /// A count of milliseconds since 1970 as RFC 3339 to the second; nil beyond the year 9999.
  static func normal(milliseconds: Int64) -> String? {
    guard milliseconds >= 0, milliseconds < 253_402_300_800_000 else { return nil }
    let seconds = milliseconds / 1000
    let (days, rest) = (seconds / 86_400, seconds % 86_400)
    // Days since 0000-03-01, in eras of 400 years.
    let shifted = days + 719_468
    let (era, dayOfEra) = (shifted / 146_097, shifted % 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func two(_ number: Int64) -> String { (number < 10 ? "0" : "") + String(number) }
    return "\(year)-\(two(month))-\(two(day))T\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))Z"
  }
}
