/// Why a value cannot be sent. The caller knows which parameter or column it is and says so.
enum WireFault: Error {
  case nulCharacter
  case tooLarge

  var reason: String {
    switch self {
    case .nulCharacter: "holds a NUL character, which PostgreSQL text cannot hold"
    case .tooLarge: "is larger than 1 GB, the most that PostgreSQL takes for one value"
    }
  }
}

extension PostgresValue {
  /// The type that the server is told. For ``inferred(_:)`` and ``null`` it finds out itself.
  var typeOID: UInt32 {
    switch self {
    case .null, .inferred: PostgresType.unspecified
    case .text: PostgresType.text
    case .int2: PostgresType.int2
    case .int4: PostgresType.int4
    case .int8: PostgresType.int8
    case .float8: PostgresType.float8
    case .bool: PostgresType.bool
    case .bytea: PostgresType.bytea
    case .json: PostgresType.json
    case .jsonb: PostgresType.jsonb
    case .timestamp: PostgresType.timestamptz
    case .textArray: PostgresType.textArray
    case .int4Array: PostgresType.int4Array
    case .int8Array: PostgresType.int8Array
    }
  }

  /// 1 for binary, 0 for text. Only text of an unknown type has to go as text.
  var wireFormat: Int32 {
    if case .inferred = self { return 0 }
    return 1
  }
}

extension [UInt8] {
  /// Appends an integer in network byte order.
  @inline(__always)
  mutating func append<Number: FixedWidthInteger>(bigEndian number: Number) {
    Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
  }

  /// Appends UTF-8, refusing the one character that PostgreSQL cannot store.
  mutating func append(wireText text: String) throws(WireFault) {
    let start = count
    append(contentsOf: text.utf8)
    if self[start...].contains(0) { throw .nulCharacter }
  }

  /// Appends the content of a value in the binary format of its type (`…send` functions of the server), without length.
  mutating func append(content value: PostgresValue) throws(WireFault) {
    switch value {
    case .null: break
    case .text(let text), .inferred(let text), .json(let text): try append(wireText: text)
    case .int2(let number): append(bigEndian: number)
    case .int4(let number): append(bigEndian: number)
    case .int8(let number), .timestamp(let number): append(bigEndian: number)
    case .float8(let number): append(bigEndian: number.bitPattern)
    case .bool(let flag): append(flag ? 1 : 0)
    case .bytea(let bytes): append(contentsOf: bytes)
    case .jsonb(let text):
      append(1)  // the version of jsonb's binary form; there is only this one
      try append(wireText: text)
    case .textArray(let texts):
      try append(array: texts, of: PostgresType.text) { (bytes, text) throws(WireFault) in
        try bytes.append(wireText: text)
      }
    case .int4Array(let numbers):
      try append(array: numbers, of: PostgresType.int4) { (bytes, number) throws(WireFault) in
        bytes.append(bigEndian: number)
      }
    case .int8Array(let numbers):
      try append(array: numbers, of: PostgresType.int8) { (bytes, number) throws(WireFault) in
        bytes.append(bigEndian: number)
      }
    }
  }

  /// Appends a length and a content: the form of a field in COPY and of an element in an array. NULL is length -1.
  mutating func append(field value: PostgresValue) throws(WireFault) {
    if case .null = value { return append(bigEndian: Int32(-1)) }
    try appendSized { (bytes) throws(WireFault) in try bytes.append(content: value) }
  }

  private mutating func appendSized(_ body: (inout [UInt8]) throws(WireFault) -> Void) throws(WireFault) {
    let start = count
    append(bigEndian: Int32(0))
    try body(&self)
    guard let length = Int32(exactly: count - start - 4), length < 1 << 30 else { throw .tooLarge }
    Swift.withUnsafeBytes(of: length.bigEndian) { replaceSubrange(start..<start + 4, with: $0) }
  }

  /// One dimension, lower bound 1, no NULL among the elements (`array_send` in `arrayfuncs.c`).
  private mutating func append<Item>(
    array elements: [Item], of type: UInt32, _ body: (inout [UInt8], Item) throws(WireFault) -> Void
  ) throws(WireFault) {
    append(bigEndian: Int32(elements.isEmpty ? 0 : 1))
    append(bigEndian: Int32(0))
    append(bigEndian: type)
    if elements.isEmpty { return }
    guard let length = Int32(exactly: elements.count) else { throw .tooLarge }
    append(bigEndian: length)
    append(bigEndian: Int32(1))
    for element in elements {
      try appendSized { (bytes) throws(WireFault) in try body(&bytes, element) }
    }
  }
}
