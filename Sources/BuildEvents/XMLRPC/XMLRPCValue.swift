/// One value of XML-RPC (xmlrpc.com/spec), with the `i8` and `nil` that clients send beside it.
public indirect enum XMLRPCValue: Sendable, Hashable {
  /// `<string>`, or bare text in a `<value>`.
  case string(String)
  /// `<int>`, `<i4>` or `<i8>`.
  case int(Int64)
  /// `<boolean>`.
  case bool(Bool)
  /// `<double>`.
  case double(Double)
  /// `<dateTime.iso8601>`, as written; without a zone it is UTC.
  case dateTime(String)
  /// `<base64>`, decoded.
  case base64([UInt8])
  /// `<struct>`; of a repeated member the last counts.
  case `struct`([String: XMLRPCValue])
  /// `<array>`.
  case array([XMLRPCValue])
  /// `<nil/>`.
  case `nil`
}
