extension JSONValue {
  /// The same value in JSON's terms: a struct is an object, a time an RFC 3339 string in UTC, nil is null.
  ///
  /// - Throws: `unsupported` for base64, which no field of an event takes, naming the member; `invalid` for a time or
  ///   a number JSON cannot say.
  public init(_ value: XMLRPCValue) throws(EventRefusal) { try self.init(value, at: nil) }

  private init(_ value: XMLRPCValue, at path: String?) throws(EventRefusal) {
    switch value {
    case .string(let text): self = .string(text)
    case .int(let number): self = .int(number)
    case .bool(let flag): self = .bool(flag)
    case .nil: self = .null
    case .double(let number):
      guard number.isFinite else {
        throw EventRefusal(.invalid, field: path, "is no finite number", mend: "send a finite number or a string")
      }
      self = .double(number)
    case .dateTime(let time):
      guard let timestamp = XMLRPCTime.timestamp(time) else {
        throw EventRefusal(.invalid, field: path, "is no time", mend: "send a time such as 20110208T09:30:00")
      }
      self = .string(timestamp)
    case .base64:
      throw EventRefusal(.unsupported, field: path, "is base64, which no field takes", mend: "send a string")
    case .array(let elements):
      var array: [JSONValue] = []
      for (index, element) in elements.enumerated() {
        array.append(try JSONValue(element, at: "\(path ?? "")[\(index)]"))
      }
      self = .array(array)
    case .struct(let members):
      var object: [String: JSONValue] = [:]
      for (name, member) in members.sorted(by: { $0.key < $1.key }) {
        object[name] = try JSONValue(member, at: path.map { "\($0).\(name)" } ?? name)
      }
      self = .object(object)
    }
  }
}
