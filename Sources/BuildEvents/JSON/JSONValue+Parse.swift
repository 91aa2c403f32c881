extension JSONValue {
  /// Reads one JSON document (RFC 8259, UTF-8, a byte order mark is skipped).
  ///
  /// Of a repeated member name the last counts, as in Python's `json`, in PostgreSQL's `jsonb` and in XML-RPC here.
  /// An integer beyond 64 bits becomes a `double`; a number beyond a double, U+0000 and a lone surrogate are refused.
  ///
  /// - Throws: `malformed` with line and column, `tooLarge`, `tooDeep`, or `invalid`.
  public static func parse(
    _ bytes: some Collection<UInt8>, limits: Limits = .standard
  ) throws(EventRefusal) -> JSONValue {
    guard bytes.count <= limits.bytes else {
      throw EventRefusal(
        .tooLarge, "the body has \(bytes.count) bytes, more than the \(limits.bytes) allowed",
        mend: "send links to large data, not the data")
    }
    let array = Array(bytes)
    guard String(validating: array, as: UTF8.self) != nil else {
      throw EventRefusal(.malformed, "the body is not valid UTF-8", mend: "encode the JSON as UTF-8")
    }
    var parser = JSONParser(bytes: array, limits: limits)
    return try parser.document()
  }
}
