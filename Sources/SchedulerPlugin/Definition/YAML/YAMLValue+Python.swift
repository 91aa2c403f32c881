extension YAMLValue {
  /// What Python's `str()` gives for the loaded value, for scalars; lists and mappings come as their `repr()`.
  var pythonText: String {
    if case .string(let text) = self { return text }
    if case .timestamp(let timestamp) = self { return timestamp.text }
    return pythonRepr
  }

  /// What Python's `repr()` gives, as voluptuous puts it between the brackets of `data[…]`.
  var pythonRepr: String {
    switch self {
    case .null: "None"
    case .bool(let flag): flag ? "True" : "False"
    case .int(let number): String(number)
    case .bigInt(let digits): digits
    case .double(let number): number.pythonRepr
    case .string(let text): text.pythonRepr
    case .timestamp(let timestamp): timestamp.pythonRepr
    case .sequence(let items): "[" + items.map(\.pythonRepr).joined(separator: ", ") + "]"
    case .mapping(let mapping):
      "{" + mapping.entries.map { "\($0.key.pythonRepr): \($0.value.pythonRepr)" }.joined(separator: ", ") + "}"
    }
  }
}

extension YAMLTimestamp {
  fileprivate var pythonRepr: String {
    guard let time else { return "datetime.date(\(year), \(month), \(day))" }
    var parts = [year, month, day, time.hour, time.minute]
    if time.second != 0 || time.microsecond != 0 { parts.append(time.second) }
    if time.microsecond != 0 { parts.append(time.microsecond) }
    var text = parts.map(String.init).joined(separator: ", ")
    if time.offsetMinutes == 0 { text += ", tzinfo=datetime.timezone.utc" }
    return "datetime.datetime(\(text))"
  }
}

extension Double {
  /// Python's `repr()`: the shortest digits that read back the same, an exponent below 1e-4 and from 1e16 on.
  var pythonRepr: String {
    if isNaN { return "nan" }
    if isInfinite { return self < 0 ? "-inf" : "inf" }
    // Swift prints the same shortest digits and differs only in when it takes an exponent.
    let parts = description.split(separator: "e")
    var mantissa = String(parts[0])
    let sign = mantissa.hasPrefix("-") ? "-" : ""
    if !sign.isEmpty { mantissa.removeFirst() }
    let halves = mantissa.split(separator: ".")
    let whole = String(halves[0])
    let fraction = halves.count > 1 ? String(halves[1]) : ""
    var digits = whole + fraction
    var point = whole.count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    while digits.hasPrefix("0") && digits.count > 1 {
      digits.removeFirst()
      point -= 1
    }
    while digits.hasSuffix("0") && digits.count > 1 { digits.removeLast() }
    if digits == "0" { return sign + "0.0" }
    let exponent = point - 1
    if exponent < -4 || exponent >= 16 {
      let tail = String(digits.dropFirst())
      let size = String(abs(exponent))
      return sign + String(digits.prefix(1)) + (tail.isEmpty ? "" : "." + tail)
        + "e\(exponent < 0 ? "-" : "+")\(size.count < 2 ? "0" + size : size)"
    }
    if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
    if point >= digits.count { return sign + digits + String(repeating: "0", count: point - digits.count) + ".0" }
    return sign + String(digits.prefix(point)) + "." + String(digits.dropFirst(point))
  }
}

extension String {
  /// Python's `repr()` of a text: single quotes unless only those occur inside, escapes for what cannot be printed.
  var pythonRepr: String {
    let quote: Unicode.Scalar = unicodeScalars.contains("'") && !unicodeScalars.contains("\"") ? "\"" : "'"
    var text = String(quote)
    for scalar in unicodeScalars {
      switch scalar {
      case quote, "\\": text += "\\\(scalar)"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      default: text += scalar.isPythonPrintable ? String(scalar) : scalar.pythonEscape
      }
    }
    return text + String(quote)
  }
}

extension Unicode.Scalar {
  fileprivate var isPythonPrintable: Bool {
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    case .spaceSeparator: self == " "
    default: true
    }
  }

  fileprivate var pythonEscape: String {
    let digits = String(value, radix: 16)
    func padded(_ width: Int) -> String { String(repeating: "0", count: max(0, width - digits.count)) + digits }
    if value < 0x100 { return "\\x" + padded(2) }
    return value < 0x10000 ? "\\u" + padded(4) : "\\U" + padded(8)
  }
}
