internal import Foundation

extension XMLRPCReader {
  private static let scalars: Set<String> = [
    "string", "int", "i4", "i8", "boolean", "double", "dateTime.iso8601", "base64", "nil",
  ]

  /// Whether an element may stand in another; nil is the document.
  static func allowed(_ name: String, in parent: String?, hasMethod: Bool) -> Bool {
    switch parent {
    case nil: name == "methodCall"
    case "methodCall": name == "methodName" ? !hasMethod : name == "params"
    case "params": name == "param"
    case "param", "data": name == "value"
    case "value": scalars.contains(name) || name == "struct" || name == "array"
    case "struct": name == "member"
    case "member": name == "name" || name == "value"
    case "array": name == "data"
    default: false
    }
  }

  /// Whether an element's text counts; elsewhere only white space may stand.
  static func holdsText(_ name: String) -> Bool {
    name == "value" || name == "name" || name == "methodName" || scalars.contains(name)
  }

  static func methodName(_ text: String) throws(XMLRPCFault) -> String {
    let name = trimmed(text)
    let isName = name.utf8.allSatisfy { FieldReader.isTokenByte($0) || $0 == 0x3A || $0 == 0x2F }
    guard !name.isEmpty, name.utf8.count <= 256, isName else {
      throw .notCall("the methodName is empty, too long or holds other than letters, digits and _ . : /")
    }
    return name
  }

  /// A scalar by its element's name; strings keep their white space, others lose it.
  static func scalar(_ name: String, _ text: String) throws(XMLRPCFault) -> XMLRPCValue {
    let trimmed = trimmed(text)
    switch name {
    case "string": return .string(text)
    case "int", "i4", "i8":
      guard let number = Int64(trimmed) else { throw .notCall("<\(name)> holds no whole number of 64 bits") }
      return .int(number)
    case "boolean":
      guard trimmed == "0" || trimmed == "1" else { throw .notCall("<boolean> holds neither 0 nor 1") }
      return .bool(trimmed == "1")
    case "double":
      guard let number = Double(trimmed), number.isFinite else { throw .notCall("<double> holds no finite number") }
      return .double(number)
    case "dateTime.iso8601":
      guard XMLRPCTime.timestamp(trimmed) != nil else {
        throw .notCall("<dateTime.iso8601> holds no time such as 20110208T09:30:00")
      }
      return .dateTime(trimmed)
    case "base64":
      let digits = String(decoding: text.utf8.filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }, as: UTF8.self)
      guard let data = Data(base64Encoded: digits) else { throw .notCall("<base64> holds no base64") }
      return .base64([UInt8](data))
    default:
      guard trimmed.isEmpty else { throw .notCall("<\(name)> must be empty") }
      return .nil
    }
  }

  private static func trimmed(_ text: String) -> String {
    text.trimmingCharacters(in: CharacterSet(charactersIn: " \t\r\n"))
  }
}
